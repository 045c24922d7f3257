//! Money as it moves, for the settlement of a day. What had moved before this table existed is entered with the time at which
//! its payment last changed: nearer nobody knows it.

use revcart_persistence::schema::{in_key_order, index};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm_migration::prelude::*;

use crate::store::movements::entity::{Column, Entity};
use crate::store::movements::{CAPTURED, REFUNDED};
use crate::store::payments::entity as payments;

pub(super) struct Movements;

impl MigrationName for Movements {
    fn name(&self) -> &'static str {
        "m0104_movements"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Movements {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(in_key_order(manager, table())).await?;
        manager
            .exec_stmt(past(CAPTURED, payments::Column::Captured)?)
            .await?;
        manager
            .exec_stmt(past(REFUNDED, payments::Column::Refunded)?)
            .await?;
        let by_time = index(
            "payment_movements_by_time",
            Entity,
            [
                Column::At,
                Column::Method,
                Column::Currency,
                Column::Kind,
                Column::Amount,
            ],
        );
        manager.create_index(by_time).await
    }
}

fn table() -> TableCreateStatement {
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::PaymentId).uuid().not_null())
        .col(ColumnDef::new(Column::Kind).string_len(16).not_null())
        .col(ColumnDef::new(Column::Total).big_integer().not_null())
        .col(ColumnDef::new(Column::Amount).big_integer().not_null())
        .col(ColumnDef::new(Column::Method).string_len(16).not_null())
        .col(ColumnDef::new(Column::Currency).char_len(3).not_null())
        .col(ColumnDef::new(Column::At).big_integer().not_null())
        .check((
            "payment_movements_are_more_than_nothing",
            Expr::col(Column::Amount).gt(0),
        ))
        .primary_key(
            Index::create()
                .name("payment_movements_once")
                .col(Column::PaymentId)
                .col(Column::Kind)
                .col(Column::Total),
        )
        .to_owned()
}

fn past(kind: &str, sum: payments::Column) -> Result<InsertStatement, DbErr> {
    let select = Query::select()
        .column(payments::Column::Id)
        .expr(Expr::val(kind))
        .column(sum)
        .column(sum)
        .column(payments::Column::Method)
        .column(payments::Column::Currency)
        .column(payments::Column::UpdatedAt)
        .from(payments::Entity)
        .and_where(Expr::col(sum).gt(0))
        .to_owned();
    let insert = Query::insert()
        .into_table(Entity)
        .columns([
            Column::PaymentId,
            Column::Kind,
            Column::Total,
            Column::Amount,
            Column::Method,
            Column::Currency,
            Column::At,
        ])
        .select_from(select)
        .map_err(|error| DbErr::Migration(error.to_string()))?
        .to_owned();
    Ok(insert)
}
