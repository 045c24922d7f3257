//! Search in the catalogue, and how what was found spreads over categories and prices.

use std::collections::BTreeSet;

use sea_orm::sea_query::{CaseStatement, Expr, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, ExprTrait, FromQueryResult, JoinType,
    Order, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use shared_events::{CategoryId, ProductId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::listings::{self, Listing};
use super::products::{
    self,
    entity::{Column, Entity},
};
use super::words;
use super::{Error, stock::entity as stock};
use crate::domain::prices::Ranges;
use crate::domain::words::Wanted;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Criteria {
    /// Words that all stand in name, sku or description.
    pub(crate) words: Option<Wanted>,
    /// Only in these categories.
    pub(crate) categories: Option<BTreeSet<CategoryId>>,
    /// The lowest price, in minor units.
    pub(crate) min_price: Option<i64>,
    /// The highest price, in minor units.
    pub(crate) max_price: Option<i64>,
    /// Only what is available.
    pub(crate) in_stock: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// What fits the words best first.
    Relevance,
    /// The latest first.
    Newest,
    /// By name, regardless of case.
    Name,
    /// The cheapest first.
    #[serde(rename = "price", alias = "price_asc")]
    PriceAsc,
    /// The dearest first.
    #[serde(rename = "-price", alias = "price_desc")]
    PriceDesc,
}

/// The place of a product in a sorted list; also the cursor of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Relevance(i64, ProductId),
    Newest(ProductId),
    Name(String, ProductId),
    PriceAsc(i64, ProductId),
    PriceDesc(i64, ProductId),
}

impl Place {
    /// Where this product stands.
    pub(crate) fn of(found: &Found, sort: Sort) -> Self {
        let listing = &found.listing;
        match sort {
            Sort::Relevance => Self::Relevance(found.score, listing.id),
            Sort::Newest => Self::Newest(listing.id),
            Sort::Name => Self::Name(products::name_key(&listing.name), listing.id),
            Sort::PriceAsc => Self::PriceAsc(listing.price.minor(), listing.id),
            Sort::PriceDesc => Self::PriceDesc(listing.price.minor(), listing.id),
        }
    }

    /// Whether it is a place in a list sorted like this.
    pub(crate) fn is_in(&self, sort: Sort) -> bool {
        match self {
            Self::Relevance(..) => sort == Sort::Relevance,
            Self::Newest(_) => sort == Sort::Newest,
            Self::Name(..) => sort == Sort::Name,
            Self::PriceAsc(..) => sort == Sort::PriceAsc,
            Self::PriceDesc(..) => sort == Sort::PriceDesc,
        }
    }
}

/// A product that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) listing: Listing,
    /// How well it fits the words; 0 where it was not asked for.
    pub(crate) score: i64,
}

/// How many products there are in a category, among those that fit all criteria but the category.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Facet {
    /// The category; none for products that are in no category.
    pub(crate) category_id: Option<Uuid>,
    pub(crate) products: i64,
    pub(crate) in_stock: i64,
    pub(crate) min_price: i64,
    pub(crate) max_price: i64,
}

/// How many products there are in a range of prices.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct InRange {
    /// The number of the range.
    pub(crate) number: i64,
    pub(crate) products: i64,
}

/// Products that fit, from after `after` on. By relevance only if there are words.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    sort: Sort,
    after: Option<&Place>,
    limit: u64,
) -> Result<Vec<Found>, Error> {
    let backend = connection.get_database_backend();
    let mut query = page_query(backend, criteria, sort, after).limit(limit);
    let is_scored = sort == Sort::Relevance && criteria.words.is_some();
    query = listings::columns(query);
    if is_scored {
        query = query.column_as(score(), "score");
    }
    let rows = query.into_model::<Row>().all(connection).await?;
    let found = |row: Row| {
        Ok(Found {
            listing: row.listing.try_into()?,
            score: row.score.unwrap_or_default(),
        })
    };
    rows.into_iter().map(found).collect()
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    listing: listings::Row,
    score: Option<i64>,
}

/// The query of [`page`].
pub(super) fn page_query(
    backend: DbBackend,
    criteria: &Criteria,
    sort: Sort,
    after: Option<&Place>,
) -> Select<Entity> {
    let mut select = chosen(backend, criteria);
    if let Some(place) = after {
        select = select.filter(beyond(place));
    }
    match sort {
        Sort::Relevance if criteria.words.is_some() => {
            select.order_by_desc(score()).order_by_desc(Column::Id)
        }
        Sort::Relevance | Sort::Newest => select.order_by_desc(Column::Id),
        Sort::Name => select
            .order_by_asc(Column::NameKey)
            .order_by_asc(Column::Id),
        Sort::PriceAsc => select
            .order_by_asc(Column::PriceMinor)
            .order_by_asc(Column::Id),
        Sort::PriceDesc => select
            .order_by(Column::PriceMinor, Order::Desc)
            .order_by_desc(Column::Id),
    }
}

/// How all that fits spreads over the categories, whichever of them was asked for.
pub(crate) async fn facets(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
) -> Result<Vec<Facet>, Error> {
    let in_stock = CaseStatement::new().case(listings::available().gt(0), 1);
    let select = fitting(connection.get_database_backend(), criteria)
        .select_only()
        .column(Column::CategoryId)
        .column_as(Column::Id.count(), "products")
        .column_as(Expr::expr(in_stock).count(), "in_stock")
        .column_as(Column::PriceMinor.min(), "min_price")
        .column_as(Column::PriceMinor.max(), "max_price")
        .group_by(Column::CategoryId);
    Ok(select.into_model::<Facet>().all(connection).await?)
}

/// How many of all that fits cost how much.
pub(crate) async fn in_ranges(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    ranges: Ranges,
) -> Result<Vec<InRange>, Error> {
    let backend = connection.get_database_backend();
    let divide = if backend == DbBackend::MySql {
        "DIV"
    } else {
        "/"
    };
    let Ranges { start, width } = ranges;
    // Written out: PostgreSQL does not take two parameters of the same value for the same expression.
    let number = Expr::cust(format!(
        "CAST((products.price_minor - {start}) {divide} {width} AS {})",
        if backend == DbBackend::MySql {
            "SIGNED"
        } else {
            "BIGINT"
        }
    ));
    let select = chosen(backend, criteria)
        .select_only()
        .column_as(number.clone(), "number")
        .column_as(Column::Id.count(), "products")
        .group_by(number.clone())
        .order_by_asc(number);
    Ok(select.into_model::<InRange>().all(connection).await?)
}

/// What fits all criteria.
fn chosen(backend: DbBackend, criteria: &Criteria) -> Select<Entity> {
    let select = fitting(backend, criteria);
    match &criteria.categories {
        Some(categories) => select.filter(listings::in_categories(categories)),
        None => select,
    }
}

/// What fits all criteria but the category.
fn fitting(backend: DbBackend, criteria: &Criteria) -> Select<Entity> {
    let mut select = listings::in_catalogue();
    if let Some(wanted) = &criteria.words {
        let same = Expr::col((words::FOUND, words::entity::Column::ProductId))
            .equals((Entity, Column::Id));
        let found = words::found(backend, wanted);
        QuerySelect::query(&mut select).join_subquery(
            JoinType::InnerJoin,
            found,
            words::FOUND,
            same,
        );
    }
    if let Some(price) = criteria.min_price {
        select = select.filter(Column::PriceMinor.gte(price));
    }
    if let Some(price) = criteria.max_price {
        select = select.filter(Column::PriceMinor.lte(price));
    }
    if criteria.in_stock {
        select = select.filter(
            stock::Column::Reserved
                .into_expr()
                .lt(stock::Column::OnHand.into_expr()),
        );
    }
    select
}

fn score() -> SimpleExpr {
    Expr::col((words::FOUND, "score"))
}

/// After this place. The first condition is implied by the second; it is what lets an index find the place.
fn beyond(place: &Place) -> Condition {
    match place {
        Place::Relevance(than, id) => descending(score(), *than, id.as_uuid()),
        Place::Newest(id) => Condition::all().add(Column::Id.lt(id.as_uuid())),
        Place::Name(name, id) => ascending(Column::NameKey, name.as_str().into(), id.as_uuid()),
        Place::PriceAsc(price, id) => ascending(Column::PriceMinor, (*price).into(), id.as_uuid()),
        Place::PriceDesc(price, id) => {
            descending(Column::PriceMinor.into_expr(), *price, id.as_uuid())
        }
    }
}

fn ascending(column: Column, value: sea_orm::Value, id: Uuid) -> Condition {
    Condition::all().add(column.gte(value.clone())).add(
        Condition::any()
            .add(column.gt(value))
            .add(Column::Id.gt(id)),
    )
}

fn descending(by: SimpleExpr, value: i64, id: Uuid) -> Condition {
    Condition::all()
        .add(by.clone().lte(value))
        .add(Condition::any().add(by.lt(value)).add(Column::Id.lt(id)))
}
