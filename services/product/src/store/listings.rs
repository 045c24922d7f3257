//! Products as the shop shows them: description, price and what is available, each list by one indexed query.

use std::collections::BTreeSet;

use revcart_persistence::batch;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select,
};
use shared_events::{CategoryId, Money, ProductId};
use uuid::Uuid;

use super::categories::entity as category;
use super::products::{self, entity as product};
use super::{Error, stock::entity as stock};

/// A product of the catalogue with what is available of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) id: ProductId,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) category_id: Option<CategoryId>,
    /// The slug of the category.
    pub(crate) category: Option<String>,
    pub(crate) price: Money,
    pub(crate) image_urls: Vec<String>,
    pub(crate) version: i64,
    pub(crate) available: i64,
}

/// Products in the order of their making, from after `after` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    categories: Option<&BTreeSet<CategoryId>>,
    after: Option<ProductId>,
    limit: u64,
) -> Result<Vec<Listing>, Error> {
    fetch(connection, page_query(categories, after, limit)).await
}

/// The query of [`page`].
pub(super) fn page_query(
    categories: Option<&BTreeSet<CategoryId>>,
    after: Option<ProductId>,
    limit: u64,
) -> Select<product::Entity> {
    let mut select = in_catalogue()
        .order_by_asc(product::Column::Id)
        .limit(limit);
    if let Some(categories) = categories {
        select = select.filter(in_categories(categories));
    }
    if let Some(after) = after {
        select = select.filter(product::Column::Id.gt(after.as_uuid()));
    }
    select
}

/// Of one of these categories.
pub(super) fn in_categories(categories: &BTreeSet<CategoryId>) -> SimpleExpr {
    let mut ids = categories.iter().map(CategoryId::as_uuid);
    match (ids.next(), ids.next()) {
        (Some(only), None) => product::Column::CategoryId.eq(only),
        _ => product::Column::CategoryId.is_in(categories.iter().map(CategoryId::as_uuid)),
    }
}

/// These products, in no order. What is not in the catalogue is left out.
pub(crate) async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[ProductId],
) -> Result<Vec<Listing>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(ProductId::as_uuid).collect();
    let mut listings = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        listings.extend(fetch(connection, by_ids_query(list)).await?);
    }
    Ok(listings)
}

/// The query of [`by_ids`].
pub(super) fn by_ids_query(ids: Vec<Uuid>) -> Select<product::Entity> {
    in_catalogue().filter(product::Column::Id.is_in(ids))
}

/// Products in the catalogue, with their stock and their category.
pub(super) fn in_catalogue() -> Select<product::Entity> {
    product::Entity::find()
        .join(JoinType::InnerJoin, with_stock())
        .join(JoinType::LeftJoin, with_category())
        .filter(product::Column::DeletedAt.eq(products::IN_CATALOGUE))
}

/// What of a product's units is available, in a query that has its stock.
pub(super) fn available() -> SimpleExpr {
    stock::Column::OnHand
        .into_expr()
        .sub(stock::Column::Reserved.into_expr())
}

/// Runs a query on [`in_catalogue`].
pub(super) async fn fetch(
    connection: &impl ConnectionTrait,
    select: Select<product::Entity>,
) -> Result<Vec<Listing>, Error> {
    let rows = columns(select).into_model::<Row>().all(connection).await?;
    rows.into_iter().map(Listing::try_from).collect()
}

/// The same query for the columns of a listing alone.
pub(super) fn columns(select: Select<product::Entity>) -> Select<product::Entity> {
    use product::Column;
    select
        .select_only()
        .columns([
            Column::Id,
            Column::Sku,
            Column::Name,
            Column::Description,
            Column::CategoryId,
            Column::PriceMinor,
            Column::Currency,
            Column::ImageUrls,
            Column::Version,
        ])
        .column_as(category::Column::Slug, "category")
        .column_as(available(), "available")
}

fn with_stock() -> RelationDef {
    product::Entity::belongs_to(stock::Entity)
        .from(product::Column::Id)
        .to(stock::Column::ProductId)
        .into()
}

fn with_category() -> RelationDef {
    product::Entity::belongs_to(category::Entity)
        .from(product::Column::CategoryId)
        .to(category::Column::Id)
        .into()
}

/// A row of [`columns`].
#[derive(FromQueryResult)]
pub(super) struct Row {
    id: Uuid,
    sku: String,
    name: String,
    description: String,
    category_id: Option<Uuid>,
    category: Option<String>,
    price_minor: i64,
    currency: String,
    image_urls: String,
    version: i64,
    available: i64,
}

impl TryFrom<Row> for Listing {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: ProductId::from_uuid(row.id),
            price: products::price(row.id, row.price_minor, &row.currency)?,
            image_urls: products::image_urls(row.id, &row.image_urls)?,
            sku: row.sku,
            name: row.name,
            description: row.description,
            category_id: row.category_id.map(CategoryId::from_uuid),
            category: row.category,
            version: row.version,
            available: row.available,
        })
    }
}
