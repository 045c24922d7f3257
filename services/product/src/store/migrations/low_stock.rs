//! What is low on stock is found by an index.

use revcart_persistence::schema::index;
use sea_orm_migration::prelude::*;

use crate::store::stock;

pub(super) struct LowStock;

impl MigrationName for LowStock {
    fn name(&self) -> &'static str {
        "m0106_low_stock"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for LowStock {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use stock::entity::{Column, Entity};
        let is_low = ColumnDef::new(Column::IsLow)
            .boolean()
            .not_null()
            .default(false)
            .to_owned();
        let alter = Table::alter().table(Entity).add_column(is_low).to_owned();
        manager.alter_table(alter).await?;
        let low =
            "UPDATE stock SET is_low = (1 = 1) WHERE for_sale AND on_hand - reserved <= low_at";
        manager.get_connection().execute_unprepared(low).await?;
        let by_low = index("stock_by_low", Entity, [Column::IsLow, Column::ProductId]);
        manager.create_index(by_low).await
    }
}
