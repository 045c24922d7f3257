//! Suppliers, what they supply, and what was ordered from them.

use revcart_persistence::schema::{index, long_text};
use sea_orm_migration::prelude::*;

use crate::store::{products, purchases, suppliers};

pub(super) struct Purchases;

impl MigrationName for Purchases {
    fn name(&self) -> &'static str {
        "m0107_purchases"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Purchases {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use purchases::entity::{Column, Entity};
        use suppliers::supply;
        manager.create_table(suppliers_table()).await?;
        manager.create_table(supply_table()).await?;
        let by_supplier = index(
            "product_supply_by_supplier",
            supply::Entity,
            [supply::Column::SupplierId],
        );
        manager.create_index(by_supplier).await?;
        manager.create_table(orders_table(manager)).await?;
        let indexes = [
            index("purchase_orders_by_number", Entity, [Column::Number])
                .unique()
                .to_owned(),
            index("purchase_orders_growing", Entity, [Column::GrowingFor])
                .unique()
                .to_owned(),
            index(
                "purchase_orders_by_supplier",
                Entity,
                [Column::SupplierId, Column::Id],
            ),
            index(
                "purchase_orders_by_status",
                Entity,
                [Column::SupplierId, Column::Status, Column::Id],
            ),
        ];
        for index in indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn suppliers_table() -> TableCreateStatement {
    use suppliers::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::Name).string_len(200).not_null())
        .col(ColumnDef::new(Column::Email).string_len(254).not_null())
        .col(ColumnDef::new(Column::Phone).string_len(40))
        .col(ColumnDef::new(Column::Note).text().not_null())
        .col(ColumnDef::new(Column::Active).boolean().not_null())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .to_owned()
}

fn supply_table() -> TableCreateStatement {
    use suppliers::{entity, supply};
    Table::create()
        .table(supply::Entity)
        .col(
            ColumnDef::new(supply::Column::ProductId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(supply::Column::SupplierId).uuid().not_null())
        .col(ColumnDef::new(supply::Column::ReorderQuantity).big_integer())
        .foreign_key(
            ForeignKey::create()
                .name("supply_is_of_a_product")
                .from(supply::Entity, supply::Column::ProductId)
                .to(products::entity::Entity, products::entity::Column::Id),
        )
        .foreign_key(
            ForeignKey::create()
                .name("supply_is_by_a_supplier")
                .from(supply::Entity, supply::Column::SupplierId)
                .to(entity::Entity, entity::Column::Id),
        )
        .to_owned()
}

fn orders_table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use purchases::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::Number).string_len(20).not_null())
        .col(ColumnDef::new(Column::SupplierId).uuid().not_null())
        .col(ColumnDef::new(Column::Status).string_len(20).not_null())
        .col(long_text(Column::Lines, manager).not_null())
        .col(ColumnDef::new(Column::Automatic).boolean().not_null())
        .col(ColumnDef::new(Column::GrowingFor).uuid())
        .col(ColumnDef::new(Column::Note).text().not_null())
        .col(ColumnDef::new(Column::ExpectedOn).string_len(10))
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::SentAt).big_integer())
        .col(ColumnDef::new(Column::ClosedAt).big_integer())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .foreign_key(
            ForeignKey::create()
                .name("purchase_orders_go_to_a_supplier")
                .from(Entity, Column::SupplierId)
                .to(suppliers::entity::Entity, suppliers::entity::Column::Id),
        )
        .to_owned()
}
