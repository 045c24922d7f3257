//! Agents, and where they were lately.

use revcart_persistence::schema::{in_key_order, index};
use sea_orm_migration::prelude::*;

use crate::store::{agents, locations};

pub(super) struct Agents;

impl MigrationName for Agents {
    fn name(&self) -> &'static str {
        "m0101_agents"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Agents {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(agents_table()).await?;
        for index in agents_indexes() {
            manager.create_index(index).await?;
        }
        manager
            .create_table(in_key_order(manager, locations_table()))
            .await
    }
}

fn agents_table() -> TableCreateStatement {
    use agents::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::UserId).uuid().not_null())
        .col(ColumnDef::new(Column::Name).string_len(120).not_null())
        .col(ColumnDef::new(Column::Phone).string_len(40).not_null())
        .col(ColumnDef::new(Column::Zone).string_len(40).not_null())
        .col(ColumnDef::new(Column::OnShift).boolean().not_null())
        .col(ColumnDef::new(Column::Capacity).big_integer())
        .col(ColumnDef::new(Column::Load).big_integer().not_null())
        .col(ColumnDef::new(Column::Latitude).big_integer())
        .col(ColumnDef::new(Column::Longitude).big_integer())
        .col(ColumnDef::new(Column::LocatedAt).big_integer())
        .col(ColumnDef::new(Column::Locations).big_integer().not_null())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .check((
            "agents_load_is_not_negative",
            Expr::col(Column::Load).gte(0),
        ))
        .to_owned()
}

fn agents_indexes() -> Vec<IndexCreateStatement> {
    use agents::sql::entity::{Column, Entity};
    vec![
        index("agents_by_login", Entity, [Column::UserId])
            .unique()
            .to_owned(),
        index("agents_on_shift", Entity, [Column::OnShift, Column::Zone]),
    ]
}

fn locations_table() -> TableCreateStatement {
    use locations::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::AgentId).uuid().not_null())
        .col(ColumnDef::new(Column::Sequence).big_integer().not_null())
        .col(ColumnDef::new(Column::Latitude).big_integer().not_null())
        .col(ColumnDef::new(Column::Longitude).big_integer().not_null())
        .col(ColumnDef::new(Column::At).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("agent_locations_in_sequence")
                .col(Column::AgentId)
                .col(Column::Sequence),
        )
        .to_owned()
}
