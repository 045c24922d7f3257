//! The event log. Rows are numbered in the order in which they are committed: whoever reads it live goes on from a number.

use revcart_persistence::schema::index;
use sea_orm_migration::prelude::*;

use crate::store::events::sql::entity::{Column, Entity};

pub(super) struct Events;

impl MigrationName for Events {
    fn name(&self) -> &'static str {
        "m0101_events"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Events {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        // Both end with the sequence number, by way of the primary key that every index entry carries.
        manager
            .create_index(index("events_by_order", Entity, [Column::OrderId]))
            .await?;
        manager
            .create_index(index("events_by_name", Entity, [Column::Name]))
            .await
    }
}

fn table() -> TableCreateStatement {
    // As long as whoever sent them made them; nothing is looked for by these.
    let as_it_came = |column| ColumnDef::new(column).text().not_null().to_owned();
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Sequence)
                .big_integer()
                .not_null()
                .auto_increment()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Id).uuid().not_null())
        .col(ColumnDef::new(Column::Name).string_len(120).not_null())
        .col(as_it_came(Column::MessageType))
        .col(as_it_came(Column::Source))
        .col(as_it_came(Column::Subject))
        .col(as_it_came(Column::CorrelationId))
        .col(ColumnDef::new(Column::CausationId).uuid())
        .col(ColumnDef::new(Column::OrderId).uuid())
        .col(ColumnDef::new(Column::Time).big_integer().not_null())
        .col(ColumnDef::new(Column::ReceivedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::Data).text().not_null())
        .to_owned()
}
