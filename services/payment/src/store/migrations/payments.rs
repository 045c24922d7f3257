//! Payments, what was asked of gateways for them, and who has given back by hand. A payment has the id of its order, so an order has one at the most.

use revcart_persistence::schema::{in_key_order, index, long_text};
use sea_orm_migration::prelude::*;

use crate::store::{attempts, manual_refunds, payments};

pub(super) struct Payments;

impl MigrationName for Payments {
    fn name(&self) -> &'static str {
        "m0101_payments"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Payments {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(in_key_order(manager, payments_table(manager)))
            .await?;
        for index in payments_indexes() {
            manager.create_index(index).await?;
        }
        for table in [attempts_table(), manual_refunds_table()] {
            manager.create_table(in_key_order(manager, table)).await?;
        }
        Ok(())
    }
}

fn payments_table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use payments::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::UserId).uuid())
        .col(ColumnDef::new(Column::Method).string_len(16))
        .col(ColumnDef::new(Column::AmountMinor).big_integer())
        .col(ColumnDef::new(Column::Currency).char_len(3))
        .col(ColumnDef::new(Column::ExpiresAt).big_integer())
        .col(ColumnDef::new(Column::Status).string_len(16).not_null())
        .col(ColumnDef::new(Column::Captured).big_integer().not_null())
        .col(ColumnDef::new(Column::Refunded).big_integer().not_null())
        .col(ColumnDef::new(Column::ByHand).big_integer().not_null())
        .col(long_text(Column::Course, manager).not_null())
        .col(ColumnDef::new(Column::Token).string_len(255))
        .col(
            ColumnDef::new(Column::CorrelationId)
                .string_len(255)
                .not_null(),
        )
        .col(ColumnDef::new(Column::CausationId).uuid())
        .col(ColumnDef::new(Column::Traceparent).string_len(128))
        .col(ColumnDef::new(Column::DueAt).big_integer())
        .col(ColumnDef::new(Column::IsLeased).boolean().not_null())
        .col(ColumnDef::new(Column::Visits).integer().not_null())
        .col(ColumnDef::new(Column::Calls).integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .check((
            "payments_captured_is_not_negative",
            Expr::col(Column::Captured).gte(0),
        ))
        .check((
            "payments_refunded_was_captured",
            Expr::col(Column::Refunded).lte(Expr::col(Column::Captured)),
        ))
        .check((
            "payments_by_hand_is_part_of_refunded",
            Expr::col(Column::ByHand).lte(Expr::col(Column::Refunded)),
        ))
        .check((
            "payments_by_hand_is_not_negative",
            Expr::col(Column::ByHand).gte(0),
        ))
        .to_owned()
}

fn payments_indexes() -> Vec<IndexCreateStatement> {
    use payments::entity::{Column, Entity};
    vec![
        index("payments_due", Entity, [Column::DueAt]),
        index("payments_by_user", Entity, [Column::UserId, Column::Id]),
    ]
}

fn attempts_table() -> TableCreateStatement {
    use attempts::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::PaymentId).uuid().not_null())
        .col(ColumnDef::new(Column::Sequence).integer().not_null())
        .col(ColumnDef::new(Column::Operation).string_len(16).not_null())
        .col(ColumnDef::new(Column::Key).string_len(120).not_null())
        .col(ColumnDef::new(Column::Outcome).string_len(16).not_null())
        .col(ColumnDef::new(Column::Detail).string_len(255))
        .col(ColumnDef::new(Column::StartedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::FinishedAt).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("payment_attempts_in_sequence")
                .col(Column::PaymentId)
                .col(Column::Sequence),
        )
        .foreign_key(
            ForeignKey::create()
                .name("payment_attempts_are_of_a_payment")
                .from(Entity, Column::PaymentId)
                .to(payments::entity::Entity, payments::entity::Column::Id),
        )
        .to_owned()
}

fn manual_refunds_table() -> TableCreateStatement {
    use manual_refunds::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::PaymentId).uuid().not_null())
        .col(ColumnDef::new(Column::Id).uuid().not_null())
        .col(ColumnDef::new(Column::AmountMinor).big_integer().not_null())
        .col(ColumnDef::new(Column::Actor).string_len(80).not_null())
        .col(ColumnDef::new(Column::Reason).string_len(500).not_null())
        .col(ColumnDef::new(Column::At).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("manual_refunds_once")
                .col(Column::PaymentId)
                .col(Column::Id),
        )
        .foreign_key(
            ForeignKey::create()
                .name("manual_refunds_are_of_a_payment")
                .from(Entity, Column::PaymentId)
                .to(payments::entity::Entity, payments::entity::Column::Id),
        )
        .to_owned()
}
