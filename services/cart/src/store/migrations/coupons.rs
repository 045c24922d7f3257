//! Coupons and who has taken them; what carts need to know of coupons, guests, taxes and age.

use revcart_persistence::schema::index;
use sea_orm_migration::prelude::*;

use crate::store::{carts, coupons, holds, items};

pub(super) struct Coupons;

impl MigrationName for Coupons {
    fn name(&self) -> &'static str {
        "m0102_coupons"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Coupons {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(coupons_table()).await?;
        manager.create_table(holds_table()).await?;
        manager.create_index(once_per_slot()).await?;
        manager.create_index(holds_by_expiry()).await?;
        for column in cart_columns() {
            let table = Table::alter()
                .table(carts::entity::Entity)
                .add_column(column)
                .take();
            manager.alter_table(table).await?;
        }
        let category = ColumnDef::new(items::entity::Column::Category)
            .string_len(255)
            .take();
        let table = Table::alter()
            .table(items::entity::Entity)
            .add_column(category)
            .take();
        manager.alter_table(table).await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared("UPDATE carts SET kept_since = active_at")
            .await?;
        manager.create_index(carts_by_age()).await
    }
}

fn cart_columns() -> [ColumnDef; 3] {
    use carts::entity::Column;
    [
        ColumnDef::new(Column::CouponCode).string_len(32).take(),
        ColumnDef::new(Column::Guest)
            .boolean()
            .not_null()
            .default(false)
            .take(),
        ColumnDef::new(Column::KeptSince).big_integer().take(),
    ]
}

fn carts_by_age() -> IndexCreateStatement {
    use carts::entity::{Column, Entity};
    index("carts_by_age", Entity, [Column::Guest, Column::KeptSince])
}

/// No more orders than its total may have a coupon, whatever the program believes.
fn coupons_table() -> TableCreateStatement {
    use coupons::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Code)
                .string_len(32)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Kind).string_len(16).not_null())
        .col(ColumnDef::new(Column::Value).big_integer().not_null())
        .col(ColumnDef::new(Column::Currency).char_len(3).not_null())
        .col(ColumnDef::new(Column::AtMost).big_integer())
        .col(ColumnDef::new(Column::Minimum).big_integer())
        .col(ColumnDef::new(Column::ValidFrom).big_integer())
        .col(ColumnDef::new(Column::ValidUntil).big_integer())
        .col(ColumnDef::new(Column::PerUser).big_integer())
        .col(ColumnDef::new(Column::Total).big_integer())
        .col(ColumnDef::new(Column::Active).boolean().not_null())
        .col(ColumnDef::new(Column::Taken).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .check(("coupons_value_is_positive", Expr::col(Column::Value).gt(0)))
        .check((
            "coupons_taken_is_within_total",
            Expr::col(Column::Taken).gte(0).and(
                Expr::col(Column::Total)
                    .is_null()
                    .or(Expr::col(Column::Taken).lte(Expr::col(Column::Total))),
            ),
        ))
        .to_owned()
}

fn holds_table() -> TableCreateStatement {
    use holds::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::OrderId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Code).string_len(32).not_null())
        .col(ColumnDef::new(Column::CartId).uuid().not_null())
        .col(ColumnDef::new(Column::Holder).string_len(80).not_null())
        .col(ColumnDef::new(Column::Slot).big_integer())
        .col(ColumnDef::new(Column::ExpiresAt).big_integer())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .foreign_key(
            ForeignKey::create()
                .name("coupon_holds_are_of_a_coupon")
                .from(Entity, Column::Code)
                .to(coupons::entity::Entity, coupons::entity::Column::Code)
                .on_delete(ForeignKeyAction::Restrict),
        )
        .check((
            "coupon_holds_slots_begin_at_one",
            Expr::col(Column::Slot)
                .is_null()
                .or(Expr::col(Column::Slot).gte(1)),
        ))
        .to_owned()
}

/// Each use of a limited coupon by one shopper has a number up to the limit, and each number is there once.
fn once_per_slot() -> IndexCreateStatement {
    use holds::entity::{Column, Entity};
    index(
        "coupon_holds_once_per_slot",
        Entity,
        [Column::Code, Column::Holder, Column::Slot],
    )
    .unique()
    .to_owned()
}

fn holds_by_expiry() -> IndexCreateStatement {
    use holds::entity::{Column, Entity};
    index("coupon_holds_by_expiry", Entity, [Column::ExpiresAt])
}
