//! The figures: everything that is added up while events come in, so that no question ever counts events.

use revcart_persistence::schema::in_key_order;
use sea_orm_migration::prelude::*;

use crate::store::{figures, order_numbers, product_days, products, sightings};

pub(super) struct Figures;

impl MigrationName for Figures {
    fn name(&self) -> &'static str {
        "m0102_figures"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Figures {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            figures_table(),
            sightings_table(),
            product_days_table(),
            products_table(),
            order_numbers_table(),
        ] {
            manager.create_table(in_key_order(manager, table)).await?;
        }
        Ok(())
    }
}

fn figures_table() -> TableCreateStatement {
    use figures::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Grain).string_len(8).not_null())
        .col(ColumnDef::new(Column::Start).big_integer().not_null())
        .col(ColumnDef::new(Column::Measure).string_len(32).not_null())
        .col(ColumnDef::new(Column::Currency).string_len(3).not_null())
        .col(ColumnDef::new(Column::Count).big_integer().not_null())
        .col(ColumnDef::new(Column::Minor).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("figures_in_time")
                .col(Column::Grain)
                .col(Column::Start)
                .col(Column::Measure)
                .col(Column::Currency),
        )
        .to_owned()
}

fn sightings_table() -> TableCreateStatement {
    use sightings::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Day).big_integer().not_null())
        .col(ColumnDef::new(Column::Measure).string_len(32).not_null())
        .col(ColumnDef::new(Column::Who).string_len(80).not_null())
        .primary_key(
            Index::create()
                .name("sightings_once_a_day")
                .col(Column::Day)
                .col(Column::Measure)
                .col(Column::Who),
        )
        .to_owned()
}

fn product_days_table() -> TableCreateStatement {
    use product_days::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Day).big_integer().not_null())
        .col(ColumnDef::new(Column::Currency).string_len(3).not_null())
        .col(ColumnDef::new(Column::ProductId).uuid().not_null())
        .col(ColumnDef::new(Column::Views).big_integer().not_null())
        .col(ColumnDef::new(Column::Carted).big_integer().not_null())
        .col(ColumnDef::new(Column::Sold).big_integer().not_null())
        .col(ColumnDef::new(Column::Revenue).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("product_days_in_time")
                .col(Column::Day)
                .col(Column::Currency)
                .col(Column::ProductId),
        )
        .to_owned()
}

fn products_table() -> TableCreateStatement {
    use products::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::ProductId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Sku).text().not_null())
        .col(ColumnDef::new(Column::Name).text().not_null())
        .to_owned()
}

fn order_numbers_table() -> TableCreateStatement {
    use order_numbers::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Number)
                .string_len(64)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::OrderId).uuid().not_null())
        .to_owned()
}
