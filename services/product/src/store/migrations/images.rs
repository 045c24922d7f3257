//! Pictures of products.

use revcart_persistence::schema::index;
use sea_orm_migration::prelude::*;

use crate::store::{images, products};

pub(super) struct Images;

impl MigrationName for Images {
    fn name(&self) -> &'static str {
        "m0108_images"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Images {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use images::entity::{Column, Entity};
        manager.create_table(table()).await?;
        let by_hash = index("product_images_by_hash", Entity, [Column::Hash]);
        manager.create_index(by_hash).await
    }
}

fn table() -> TableCreateStatement {
    use images::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::ProductId).uuid().not_null())
        .col(ColumnDef::new(Column::Hash).string_len(64).not_null())
        .col(ColumnDef::new(Column::Kind).string_len(8).not_null())
        .col(ColumnDef::new(Column::Width).integer().not_null())
        .col(ColumnDef::new(Column::Height).integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("product_images_once")
                .col(Column::ProductId)
                .col(Column::Hash),
        )
        .foreign_key(
            ForeignKey::create()
                .name("images_are_of_a_product")
                .from(Entity, Column::ProductId)
                .to(products::entity::Entity, products::entity::Column::Id),
        )
        .to_owned()
}
