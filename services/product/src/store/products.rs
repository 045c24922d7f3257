//! The table `products`: writing it, and reading single products to change them. See [`super::listings`] for what the shop
//! shows.

use std::collections::BTreeSet;

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use shared_events::{CategoryId, Currency, Money, ProductId, Timestamp, money};
use uuid::Uuid;

use super::Error;
use super::words::{self, Text};
use crate::domain::product::{self, Product, Sku};

pub(crate) mod entity {
    //! A row of `products`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub sku: String,
        pub name: String,
        pub name_key: String,
        pub description: String,
        pub category_id: Option<Uuid>,
        pub price_minor: i64,
        pub currency: String,
        pub image_urls: String,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
        /// 0 while it is in the catalogue: a value, so that an index that begins with it is in order behind it everywhere.
        pub deleted_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// `deleted_at` of what is not deleted.
pub(super) const IN_CATALOGUE: i64 = 0;

/// Adds products.
///
/// # Errors
/// [`Error::SkuTaken`].
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    products: &[Product],
    now: Timestamp,
) -> Result<(), Error> {
    let rows = products.iter().map(|product| ActiveModel {
        id: Set(product.id.as_uuid()),
        created_at: Set(now.micros()),
        deleted_at: Set(IN_CATALOGUE),
        ..description(product, now)
    });
    batch::insert(connection, rows).await.map_err(sku_taken)?;
    words::keep(connection, products.iter().map(text)).await
}

/// Replaces the product whose version was one less.
///
/// # Errors
/// [`Error::SkuTaken`]; [`Error::Changed`].
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    product: &Product,
    now: Timestamp,
) -> Result<(), Error> {
    replace(connection, product, description(product, now)).await?;
    words::keep(connection, [text(product)]).await
}

/// Takes the product, whose version was one less, out of the catalogue. The row stays: orders refer to it.
///
/// # Errors
/// [`Error::Changed`].
pub(crate) async fn delete(
    connection: &impl ConnectionTrait,
    product: &Product,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        version: Set(i64::from(product.version)),
        deleted_at: Set(now.micros()),
        ..ActiveModel::default()
    };
    replace(connection, product, row).await?;
    words::forget(connection, product.id).await
}

/// The product, if it is in the catalogue, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    id: ProductId,
) -> Result<Option<Product>, Error> {
    let in_catalogue = Entity::find_by_id(id.as_uuid()).filter(Column::DeletedAt.eq(IN_CATALOGUE));
    let locked = in_catalogue.lock_exclusive();
    locked.one(connection).await?.map(stored).transpose()
}

/// Those of these products that are in the catalogue, locked in the order of their ids.
pub(crate) async fn lock_all(
    connection: &impl ConnectionTrait,
    ids: &BTreeSet<ProductId>,
) -> Result<Vec<Product>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(ProductId::as_uuid).collect();
    let mut products = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = Entity::find()
            .filter(Column::Id.is_in(list))
            .filter(Column::DeletedAt.eq(IN_CATALOGUE))
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .all(connection)
            .await?;
        for row in rows {
            products.push(stored(row)?);
        }
    }
    Ok(products)
}

/// Whether there has ever been a product.
pub(crate) async fn any(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    let one: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(one.is_some())
}

/// The skus of these products, deleted ones too.
pub(crate) async fn skus(
    connection: &impl ConnectionTrait,
    ids: &[ProductId],
) -> Result<Vec<(ProductId, String)>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(ProductId::as_uuid).collect();
    let mut skus = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows: Vec<(Uuid, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Sku])
            .filter(Column::Id.is_in(list))
            .into_tuple()
            .all(connection)
            .await?;
        skus.extend(
            rows.into_iter()
                .map(|(id, sku)| (ProductId::from_uuid(id), sku)),
        );
    }
    Ok(skus)
}

/// By what a product is sorted when it is sorted by name: regardless of case, and not beyond its column.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase().chars().take(200).collect()
}

/// The price in a row.
pub(super) fn price(id: Uuid, minor: i64, currency: &str) -> Result<Money, DatabaseError> {
    let currency: Result<Currency, money::Error> = currency.parse();
    let currency = currency.map_err(|error| DatabaseError::corrupt("products", id, error))?;
    Ok(Money::from_minor(minor, currency))
}

/// The addresses of pictures in a row.
pub(super) fn image_urls(id: Uuid, json: &str) -> Result<Vec<String>, DatabaseError> {
    serde_json::from_str(json).map_err(|error| DatabaseError::corrupt("products", id, error))
}

fn stored(row: Model) -> Result<Product, Error> {
    let sku: Result<Sku, product::Error> = row.sku.parse();
    Ok(Product {
        id: ProductId::from_uuid(row.id),
        sku: sku.map_err(|error| DatabaseError::corrupt("products", row.id, error))?,
        name: row.name,
        description: row.description,
        category_id: row.category_id.map(CategoryId::from_uuid),
        price: price(row.id, row.price_minor, &row.currency)?,
        image_urls: image_urls(row.id, &row.image_urls)?,
        version: u32::try_from(row.version)
            .map_err(|error| DatabaseError::corrupt("products", row.id, error))?,
    })
}

fn description(product: &Product, now: Timestamp) -> ActiveModel {
    let image_urls = serde_json::to_string(&product.image_urls);
    ActiveModel {
        sku: Set(product.sku.to_string()),
        name: Set(product.name.clone()),
        description: Set(product.description.clone()),
        name_key: Set(name_key(&product.name)),
        category_id: Set(product.category_id.map(Into::into)),
        price_minor: Set(product.price.minor()),
        currency: Set(product.price.currency().to_string()),
        image_urls: Set(image_urls.expect("a list of strings is JSON")),
        version: Set(i64::from(product.version)),
        updated_at: Set(now.micros()),
        ..ActiveModel::default()
    }
}

fn text(product: &Product) -> (ProductId, Text<'_>) {
    let text = Text {
        name: &product.name,
        sku: product.sku.as_str(),
        description: &product.description,
    };
    (product.id, text)
}

async fn replace(
    connection: &impl ConnectionTrait,
    product: &Product,
    row: ActiveModel,
) -> Result<(), Error> {
    let updated = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(product.id.as_uuid()))
        .filter(Column::Version.eq(i64::from(product.version) - 1))
        .filter(Column::DeletedAt.eq(IN_CATALOGUE))
        .exec(connection)
        .await
        .map_err(sku_taken)?;
    if updated.rows_affected == 0 {
        return Err(Error::Changed);
    }
    Ok(())
}

fn sku_taken(error: DbErr) -> Error {
    let error = DatabaseError::from(error);
    if error.violates("products_by_sku", "products.sku") {
        Error::SkuTaken
    } else {
        Error::Database(error)
    }
}
