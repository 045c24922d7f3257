//! Carts and their items.

use revcart_persistence::schema::{in_key_order, index};
use sea_orm_migration::prelude::*;

use crate::domain::cart::MOST_UNITS;
use crate::store::{carts, items};

pub(super) struct Carts;

impl MigrationName for Carts {
    fn name(&self) -> &'static str {
        "m0101_carts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Carts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A cart is read as one stretch of the tree.
        for table in [carts_table(), items_table()] {
            manager.create_table(in_key_order(manager, table)).await?;
        }
        manager.create_index(carts_by_idleness()).await?;
        manager.create_index(items_by_product()).await
    }
}

fn carts_table() -> TableCreateStatement {
    use carts::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::UserId).uuid())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::ActiveAt).big_integer().not_null())
        .col(ColumnDef::new(Column::IdleSince).big_integer())
        .check((
            "carts_user_has_one",
            Expr::col(Column::UserId)
                .is_null()
                .or(Expr::col(Column::UserId).eq(Expr::col(Column::Id))),
        ))
        .to_owned()
}

/// The primary key keeps a cart together and a product in it once. Items are never looked up by their own id alone.
fn items_table() -> TableCreateStatement {
    use items::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::CartId).uuid().not_null())
        .col(ColumnDef::new(Column::ProductId).uuid().not_null())
        .col(ColumnDef::new(Column::Id).uuid().not_null())
        .col(ColumnDef::new(Column::Sku).string_len(64).not_null())
        .col(ColumnDef::new(Column::Name).string_len(255).not_null())
        .col(ColumnDef::new(Column::Quantity).big_integer().not_null())
        .col(ColumnDef::new(Column::UnitPrice).big_integer().not_null())
        .col(ColumnDef::new(Column::Currency).char_len(3).not_null())
        .col(
            ColumnDef::new(Column::PriceVersion)
                .big_integer()
                .not_null(),
        )
        .col(ColumnDef::new(Column::SeenPrice).big_integer().not_null())
        .col(ColumnDef::new(Column::Available).boolean().not_null())
        .col(
            ColumnDef::new(Column::SinceVersion)
                .big_integer()
                .not_null(),
        )
        .primary_key(
            Index::create()
                .name("cart_items_once")
                .col(Column::CartId)
                .col(Column::ProductId),
        )
        .foreign_key(
            ForeignKey::create()
                .name("cart_items_belong_to_cart")
                .from(Entity, Column::CartId)
                .to(carts::entity::Entity, carts::entity::Column::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .check((
            "cart_items_quantity_is_within_bounds",
            Expr::col(Column::Quantity).between(1, i64::from(MOST_UNITS)),
        ))
        .check((
            "cart_items_price_is_not_negative",
            Expr::col(Column::UnitPrice).gte(0),
        ))
        .to_owned()
}

fn carts_by_idleness() -> IndexCreateStatement {
    use carts::entity::{Column, Entity};
    index("carts_by_idleness", Entity, [Column::IdleSince])
}

fn items_by_product() -> IndexCreateStatement {
    use items::entity::{Column, Entity};
    index("cart_items_by_product", Entity, [Column::ProductId])
}
