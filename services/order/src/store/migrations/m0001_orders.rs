//! Orders, their sagas, the sagas' logs and timers.

use revcart_persistence::schema::{index, long_text};
use sea_orm_migration::prelude::*;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "order_0001_orders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            orders(manager),
            sagas(manager),
            saga_log(manager),
            saga_timers(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn word(name: &'static str, length: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(length).not_null().take()
}

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

fn json(name: &'static str, manager: &SchemaManager<'_>) -> ColumnDef {
    long_text(name, manager).not_null().take()
}

fn orders(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("orders")
        .col(uuid("id").primary_key())
        .col(word("number", 16))
        .col(ColumnDef::new("user_id").uuid())
        .col(uuid("cart_id"))
        .col(number("cart_version"))
        .col(ColumnDef::new("live_cart_version").big_integer())
        .col(word("status", 24))
        .col(ColumnDef::new("outcome").string_len(40))
        .col(ColumnDef::new("currency").char_len(3).not_null())
        .col(number("subtotal"))
        .col(number("discount"))
        .col(number("tax"))
        .col(number("delivery_fee"))
        .col(number("total"))
        .col(word("payment_method", 16))
        .col(ColumnDef::new("payment_token").text())
        .col(json("lines", manager))
        .col(json("shipping_address", manager))
        .col(json("contact", manager))
        .col(ColumnDef::new("note").text())
        .col(json("history", manager))
        .col(number("placed_at"))
        .col(number("updated_at"))
        .col(number("version"))
        .check(("orders_total_check", Expr::col("total").gte(0)))
        .take()
}

fn sagas(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("sagas")
        .col(uuid("order_id").primary_key())
        .col(uuid("saga_id"))
        .col(ColumnDef::new("definition_version").integer().not_null())
        .col(word("state", 24))
        .col(word("step", 40))
        .col(json("instance", manager))
        .col(number("started_at"))
        .col(number("updated_at"))
        .col(number("version"))
        .foreign_key(
            ForeignKey::create()
                .name("sagas_order_id_fkey")
                .from("sagas", "order_id")
                .to("orders", "id"),
        )
        .take()
}

fn saga_log(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("saga_log")
        .col(uuid("order_id"))
        .col(number("number"))
        .col(number("at"))
        .col(json("entries", manager))
        .primary_key(
            Index::create()
                .name("saga_log_pkey")
                .col("order_id")
                .col("number"),
        )
        .take()
}

fn saga_timers() -> TableCreateStatement {
    Table::create()
        .table("saga_timers")
        .col(uuid("order_id").primary_key())
        .col(word("step", 40))
        .col(number("generation"))
        .col(number("due_at"))
        .col(number("leased_until"))
        .foreign_key(
            ForeignKey::create()
                .name("saga_timers_order_id_fkey")
                .from("saga_timers", "order_id")
                .to("sagas", "order_id"),
        )
        .take()
}

fn indexes() -> [IndexCreateStatement; 5] {
    [
        index("orders_number_key", "orders", ["number"])
            .unique()
            .take(),
        // Cancelled orders have no live version, and NULLs are never equal: a cart may be ordered again after a decline.
        index(
            "orders_live_cart_key",
            "orders",
            ["cart_id", "live_cart_version"],
        )
        .unique()
        .take(),
        index("orders_user_id_idx", "orders", ["user_id", "id"]),
        index("sagas_state_idx", "sagas", ["state", "order_id", "step"]),
        index("saga_timers_due_at_idx", "saga_timers", ["due_at"]),
    ]
}
