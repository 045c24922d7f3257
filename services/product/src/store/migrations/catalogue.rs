//! Categories and products.

use revcart_persistence::schema::{index, long_text};
use sea_orm_migration::prelude::*;

use crate::store::{categories, products};

pub(super) struct Catalogue;

impl MigrationName for Catalogue {
    fn name(&self) -> &'static str {
        "m0101_catalogue"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Catalogue {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(categories_table(manager)).await?;
        manager.create_index(categories_by_slug()).await?;
        manager.create_table(products_table(manager)).await?;
        for index in products_indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn categories_table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use categories::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(bytewise(Column::Slug, 80, manager))
        .col(ColumnDef::new(Column::Name).string_len(120).not_null())
        .col(ColumnDef::new(Column::Description).text().not_null())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .to_owned()
}

/// Text that lists are sorted by: byte by byte everywhere, which PostgreSQL has to be told.
fn bytewise(column: impl IntoIden, length: u32, manager: &SchemaManager<'_>) -> ColumnDef {
    let mut column = ColumnDef::new(column);
    column.string_len(length).not_null();
    if manager.get_database_backend() == sea_orm::DatabaseBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

fn categories_by_slug() -> IndexCreateStatement {
    use categories::entity::{Column, Entity};
    index("categories_by_slug", Entity, [Column::Slug])
        .unique()
        .to_owned()
}

fn products_table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use products::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::Sku).string_len(64).not_null())
        .col(ColumnDef::new(Column::Name).string_len(200).not_null())
        .col(bytewise(Column::NameKey, 200, manager))
        .col(ColumnDef::new(Column::Description).text().not_null())
        .col(long_text(Alias::new("search_text"), manager).not_null())
        .col(ColumnDef::new(Column::CategoryId).uuid())
        .col(ColumnDef::new(Column::PriceMinor).big_integer().not_null())
        .col(ColumnDef::new(Column::Currency).char_len(3).not_null())
        .col(ColumnDef::new(Column::ImageUrls).text().not_null())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::DeletedAt).big_integer().not_null())
        .check((
            "products_price_is_not_negative",
            Expr::col(Column::PriceMinor).gte(0),
        ))
        .foreign_key(
            ForeignKey::create()
                .name("products_belong_to_category")
                .from(Entity, Column::CategoryId)
                .to(categories::entity::Entity, categories::entity::Column::Id),
        )
        .to_owned()
}

/// One index for each order in which the shop lists products; what is deleted is left out by the first column.
fn products_indexes() -> Vec<IndexCreateStatement> {
    use products::entity::{Column, Entity};
    let index = |name: &str, columns: &[Column]| index(name, Entity, columns.to_vec());
    vec![
        index("products_by_sku", &[Column::Sku]).unique().to_owned(),
        index("products_on_sale", &[Column::DeletedAt, Column::Id]),
        index(
            "products_by_category",
            &[Column::CategoryId, Column::DeletedAt, Column::Id],
        ),
        index(
            "products_by_name",
            &[Column::DeletedAt, Column::NameKey, Column::Id],
        ),
        index(
            "products_by_price",
            &[Column::DeletedAt, Column::PriceMinor, Column::Id],
        ),
    ]
}
