//! Categories stand in a tree.

use sea_orm::DatabaseBackend;
use sea_orm_migration::prelude::*;

use crate::store::categories::entity::{Column, Entity};

pub(super) struct Tree;

impl MigrationName for Tree {
    fn name(&self) -> &'static str {
        "m0105_category_tree"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tree {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_sqlite = manager.get_database_backend() == DatabaseBackend::Sqlite;
        let mut parent = ColumnDef::new(Column::ParentId);
        parent.uuid();
        if is_sqlite {
            parent.extra("REFERENCES categories (id)");
        }
        let mut alter = Table::alter();
        alter.table(Entity).add_column(&mut parent);
        manager.alter_table(alter).await?;
        if is_sqlite {
            return Ok(());
        }
        let parent = ForeignKey::create()
            .name("categories_stand_below_a_category")
            .from(Entity, Column::ParentId)
            .to(Entity, Column::Id)
            .to_owned();
        manager.create_foreign_key(parent).await
    }
}
