//! What orders have of the stock, and what was answered to their commands.

use revcart_persistence::schema::{in_key_order, index, long_text};
use sea_orm_migration::prelude::*;

use crate::store::reservations::entity::{Column, Entity};

pub(super) struct Reservations;

impl MigrationName for Reservations {
    fn name(&self) -> &'static str {
        "m0103_reservations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Reservations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(in_key_order(manager, table(manager)))
            .await?;
        let live = index(
            "reservations_by_status",
            Entity,
            [Column::Status, Column::ExpiresAt],
        );
        manager.create_index(live).await
    }
}

fn table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::OrderId).uuid())
        .col(ColumnDef::new(Column::Status).string_len(16).not_null())
        .col(ColumnDef::new(Column::ExpiresAt).big_integer())
        .col(long_text(Column::Lines, manager).not_null())
        .col(long_text(Column::Answers, manager).not_null())
        .col(ColumnDef::new(Column::HeldAt).big_integer())
        .col(ColumnDef::new(Column::SoldAt).big_integer())
        .col(ColumnDef::new(Column::ReleasedAt).big_integer())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .to_owned()
}
