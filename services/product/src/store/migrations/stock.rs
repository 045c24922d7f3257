//! Stock, its ledger, and what should be ordered. What the code must keep of stock, the database keeps too.

use revcart_persistence::schema::in_key_order;
use sea_orm_migration::prelude::*;

use crate::store::{movements, products, reorders, stock};

pub(super) struct Stock;

impl MigrationName for Stock {
    fn name(&self) -> &'static str {
        "m0102_stock"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Stock {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(in_key_order(manager, stock_table()))
            .await?;
        manager
            .create_table(in_key_order(manager, movements_table()))
            .await?;
        manager
            .create_table(in_key_order(manager, reorders_table()))
            .await
    }
}

fn stock_table() -> TableCreateStatement {
    use stock::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::ProductId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::OnHand).big_integer().not_null())
        .col(ColumnDef::new(Column::Reserved).big_integer().not_null())
        .col(ColumnDef::new(Column::Sold).big_integer().not_null())
        .col(ColumnDef::new(Column::Supplied).big_integer().not_null())
        .col(ColumnDef::new(Column::LowAt).big_integer().not_null())
        .col(ColumnDef::new(Column::ForSale).boolean().not_null())
        .col(ColumnDef::new(Column::Movements).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .check((
            "stock_reserved_is_on_hand",
            Expr::col(Column::Reserved).lte(Expr::col(Column::OnHand)),
        ))
        .check((
            "stock_reserved_is_not_negative",
            Expr::col(Column::Reserved).gte(0),
        ))
        .check(("stock_sold_is_not_negative", Expr::col(Column::Sold).gte(0)))
        .check((
            "stock_adds_up",
            Expr::col(Column::OnHand)
                .add(Expr::col(Column::Sold))
                .eq(Expr::col(Column::Supplied)),
        ))
        .foreign_key(
            ForeignKey::create()
                .name("stock_is_of_a_product")
                .from(Entity, Column::ProductId)
                .to(products::entity::Entity, products::entity::Column::Id),
        )
        .to_owned()
}

fn movements_table() -> TableCreateStatement {
    use movements::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::ProductId).uuid().not_null())
        .col(ColumnDef::new(Column::Sequence).big_integer().not_null())
        .col(ColumnDef::new(Column::Kind).string_len(16).not_null())
        .col(ColumnDef::new(Column::Units).big_integer().not_null())
        .col(ColumnDef::new(Column::OnHand).big_integer().not_null())
        .col(ColumnDef::new(Column::OrderId).uuid())
        .col(ColumnDef::new(Column::Reason).string_len(500))
        .col(ColumnDef::new(Column::Actor).string_len(80))
        .col(ColumnDef::new(Column::At).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("stock_movements_in_sequence")
                .col(Column::ProductId)
                .col(Column::Sequence),
        )
        .check((
            "stock_movements_leave_no_debt",
            Expr::col(Column::OnHand).gte(0),
        ))
        .to_owned()
}

fn reorders_table() -> TableCreateStatement {
    use reorders::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::ProductId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Units).big_integer().not_null())
        .col(ColumnDef::new(Column::Available).big_integer().not_null())
        .col(ColumnDef::new(Column::ProposedAt).big_integer().not_null())
        .to_owned()
}
