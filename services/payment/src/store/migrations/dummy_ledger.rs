//! The books of the gateway for tests: no reference leads from or to them, as if they stood elsewhere.

use revcart_persistence::schema::in_key_order;
use sea_orm_migration::prelude::*;

use crate::store::dummy_ledger::entity::{Column, Entity};

pub(super) struct DummyLedger;

impl MigrationName for DummyLedger {
    fn name(&self) -> &'static str {
        "m0102_dummy_ledger"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for DummyLedger {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Entity)
            .col(
                ColumnDef::new(Column::Key)
                    .string_len(120)
                    .not_null()
                    .primary_key(),
            )
            .col(ColumnDef::new(Column::Status).string_len(16).not_null())
            .col(ColumnDef::new(Column::Detail).string_len(40))
            .col(ColumnDef::new(Column::Amount).big_integer().not_null())
            .col(ColumnDef::new(Column::Refunded).big_integer().not_null())
            .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
            .to_owned();
        manager.create_table(in_key_order(manager, table)).await
    }
}
