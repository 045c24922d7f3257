//! Search in the catalogue, and how what was found spreads over categories and prices.

use sea_orm::sea_query::{CaseStatement, Expr, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, ExprTrait, FromQueryResult, Order, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use shared_events::ProductId;
use uuid::Uuid;

use super::categories::entity as category;
use super::listings::{self, Listing};
use super::products::{
    self,
    entity::{Column, Entity},
};
use super::{Error, stock::entity as stock};

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Criteria {
    /// Words that all stand in name, sku or description, in lower case.
    pub(crate) words: Vec<String>,
    /// Slug of the category.
    pub(crate) category: Option<String>,
    /// The lowest price, in minor units.
    pub(crate) min_price: Option<i64>,
    /// The highest price, in minor units.
    pub(crate) max_price: Option<i64>,
    /// Only what is available.
    pub(crate) in_stock: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// The latest first.
    #[default]
    Newest,
    /// By name, regardless of case.
    Name,
    /// The cheapest first.
    PriceAsc,
    /// The dearest first.
    PriceDesc,
}

/// The place of a product in a sorted list; also the cursor of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Newest(ProductId),
    Name(String, ProductId),
    PriceAsc(i64, ProductId),
    PriceDesc(i64, ProductId),
}

impl Place {
    /// Where this product stands.
    pub(crate) fn of(listing: &Listing, sort: Sort) -> Self {
        match sort {
            Sort::Newest => Self::Newest(listing.id),
            Sort::Name => Self::Name(products::name_key(&listing.name), listing.id),
            Sort::PriceAsc => Self::PriceAsc(listing.price.minor(), listing.id),
            Sort::PriceDesc => Self::PriceDesc(listing.price.minor(), listing.id),
        }
    }

    /// Whether it is a place in a list sorted like this.
    pub(crate) fn is_in(&self, sort: Sort) -> bool {
        match self {
            Self::Newest(_) => sort == Sort::Newest,
            Self::Name(..) => sort == Sort::Name,
            Self::PriceAsc(..) => sort == Sort::PriceAsc,
            Self::PriceDesc(..) => sort == Sort::PriceDesc,
        }
    }
}

/// How many products there are in a category, among those that fit all criteria but the category.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Facet {
    /// The category; none for products that are in no category.
    pub(crate) slug: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) products: i64,
    pub(crate) in_stock: i64,
    pub(crate) min_price: i64,
    pub(crate) max_price: i64,
}

/// Products that fit, from after `after` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    sort: Sort,
    after: Option<&Place>,
    limit: u64,
) -> Result<Vec<Listing>, Error> {
    listings::fetch(connection, page_query(criteria, sort, after).limit(limit)).await
}

/// The query of [`page`].
pub(super) fn page_query(criteria: &Criteria, sort: Sort, after: Option<&Place>) -> Select<Entity> {
    let mut select = fitting(criteria);
    if let Some(slug) = &criteria.category {
        select = select.filter(category::Column::Slug.eq(slug));
    }
    if let Some(place) = after {
        select = select.filter(beyond(place));
    }
    let (column, order) = match sort {
        Sort::Newest => (Column::Id, Order::Desc),
        Sort::Name => (Column::NameKey, Order::Asc),
        Sort::PriceAsc => (Column::PriceMinor, Order::Asc),
        Sort::PriceDesc => (Column::PriceMinor, Order::Desc),
    };
    select = select.order_by(column, order.clone());
    match sort {
        Sort::Newest => select,
        Sort::Name | Sort::PriceAsc | Sort::PriceDesc => select.order_by(Column::Id, order),
    }
}

/// How all that fits spreads over the categories, whichever of them was asked for.
pub(crate) async fn facets(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
) -> Result<Vec<Facet>, Error> {
    let in_stock = CaseStatement::new().case(listings::available().gt(0), 1);
    let select = fitting(criteria)
        .select_only()
        .column_as(category::Column::Slug, "slug")
        .column_as(category::Column::Name, "name")
        .column_as(Column::Id.count(), "products")
        .column_as(Expr::expr(in_stock).count(), "in_stock")
        .column_as(Column::PriceMinor.min(), "min_price")
        .column_as(Column::PriceMinor.max(), "max_price")
        .group_by(category::Column::Slug)
        .group_by(category::Column::Name)
        .order_by_asc(category::Column::Slug);
    Ok(select.into_model::<Facet>().all(connection).await?)
}

fn fitting(criteria: &Criteria) -> Select<Entity> {
    let mut select = listings::in_catalogue();
    for word in &criteria.words {
        select = select.filter(Column::SearchText.like(containing(word)));
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

/// `%word%`, with the word's own wildcards taken literally.
fn containing(word: &str) -> LikeExpr {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('!')
}

/// After this place. The first condition is implied by the second; it is what lets an index find the place.
fn beyond(place: &Place) -> Condition {
    match place {
        Place::Newest(id) => Condition::all().add(Column::Id.lt(id.as_uuid())),
        Place::Name(name, id) => ascending(Column::NameKey, name.as_str().into(), id.as_uuid()),
        Place::PriceAsc(price, id) => ascending(Column::PriceMinor, (*price).into(), id.as_uuid()),
        Place::PriceDesc(price, id) => Condition::all().add(Column::PriceMinor.lte(*price)).add(
            Condition::any()
                .add(Column::PriceMinor.lt(*price))
                .add(Column::Id.lt(id.as_uuid())),
        ),
    }
}

fn ascending(column: Column, value: sea_orm::Value, id: Uuid) -> Condition {
    Condition::all().add(column.gte(value.clone())).add(
        Condition::any()
            .add(column.gt(value))
            .add(Column::Id.gt(id)),
    )
}
