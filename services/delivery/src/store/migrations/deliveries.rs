//! Deliveries, and the searches for agents that go on.

use revcart_persistence::schema::{in_key_order, index};
use sea_orm_migration::prelude::*;

use crate::store::{deliveries, searches};

pub(super) struct Deliveries;

impl MigrationName for Deliveries {
    fn name(&self) -> &'static str {
        "m0102_deliveries"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Deliveries {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(deliveries_table()).await?;
        manager.create_index(deliveries_by_agent()).await?;
        manager
            .create_table(in_key_order(manager, searches_table()))
            .await?;
        for index in searches_indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// Not in key order: its rows are too large for that. `SQLite` would put what does not fit into a quarter of a page into
/// pages of its own.
fn deliveries_table() -> TableCreateStatement {
    use deliveries::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::OrderId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Status).string_len(16).not_null())
        .col(ColumnDef::new(Column::AgentId).uuid())
        .col(ColumnDef::new(Column::Ended).boolean().not_null())
        .col(ColumnDef::new(Column::State).text().not_null())
        .col(ColumnDef::new(Column::Parcel).text())
        .col(ColumnDef::new(Column::History).text().not_null())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .to_owned()
}

fn deliveries_by_agent() -> IndexCreateStatement {
    use deliveries::sql::entity::{Column, Entity};
    index(
        "deliveries_by_agent",
        Entity,
        [Column::AgentId, Column::Ended, Column::OrderId],
    )
}

fn searches_table() -> TableCreateStatement {
    use searches::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::OrderId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Zone).string_len(40).not_null())
        .col(ColumnDef::new(Column::ExpiresAt).big_integer().not_null())
        .col(
            ColumnDef::new(Column::CorrelationId)
                .string_len(80)
                .not_null(),
        )
        .col(ColumnDef::new(Column::CausationId).uuid())
        .col(ColumnDef::new(Column::Traceparent).string_len(80))
        .to_owned()
}

fn searches_indexes() -> Vec<IndexCreateStatement> {
    use searches::sql::entity::{Column, Entity};
    vec![
        index("searches_by_zone", Entity, [Column::Zone, Column::OrderId]),
        index("searches_by_expiry", Entity, [Column::ExpiresAt]),
    ]
}
