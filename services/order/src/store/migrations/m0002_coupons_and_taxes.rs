//! Orders remember the coupon and the tax by rate; orders of one status are found by it.

use revcart_persistence::schema::{index, long_text};
use sea_orm_migration::prelude::*;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "order_0002_coupons_and_taxes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ColumnDef::new("coupon_code").string_len(64).take(),
            long_text("taxes", manager),
        ];
        for column in columns {
            // SQLite adds one column at a time.
            let table = Table::alter().table("orders").add_column(column).take();
            manager.alter_table(table).await?;
        }
        let by_status = index("orders_status_idx", "orders", ["status", "id"]);
        manager.create_index(by_status).await
    }
}
