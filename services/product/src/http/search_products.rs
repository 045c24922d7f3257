//! `GET /api/products/search`: products by words, category, price and availability, with how they spread (facets).

use std::collections::BTreeMap;

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Page, PageRequest, Problem, Query};
use serde::{Deserialize, Serialize};
use shared_events::{CategoryId, Currency, Money};
use utoipa::{IntoParams, ToSchema};

use super::answers::Product;
use crate::app::App;
use crate::domain::prices::Ranges;
use crate::domain::tree::Tree;
use crate::domain::words::Wanted;
use crate::store::search::{self, Criteria, Facet, InRange, Place, Sort};

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Words that all stand in name, sku or description; the last one may be the beginning of a word.
    #[garde(length(chars, max = 200))]
    #[param(max_length = 200)]
    q: Option<String>,
    /// Slug of a category; what stands below it counts too.
    #[garde(length(chars, max = 80))]
    #[param(max_length = 80)]
    category: Option<String>,
    /// The lowest price, in the shop's currency.
    #[garde(skip)]
    #[param(pattern = r"^\d{1,9}(\.\d{1,2})?$")]
    min_price: Option<String>,
    /// The highest price.
    #[garde(skip)]
    #[param(pattern = r"^\d{1,9}(\.\d{1,2})?$")]
    max_price: Option<String>,
    /// Only what is available.
    #[serde(default)]
    #[garde(skip)]
    in_stock: bool,
    /// By relevance if there are words, otherwise the newest first, unless it says something else.
    #[garde(skip)]
    #[param(inline)]
    sort: Option<Sort>,
}

/// A page of what was found, and how all of it spreads.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchResults)]
pub(super) struct Results {
    items: Vec<Product>,
    /// What to pass as `?cursor=` for the next page; `null` on the last.
    next: Option<String>,
    facets: Facets,
}

/// How all that was found spreads. `total`, `inStock` and `priceRanges` speak of the chosen category, the rest of all.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Facets {
    total: i64,
    in_stock: i64,
    price: Option<PriceRange>,
    price_ranges: Vec<PriceCount>,
    categories: Vec<CategoryCount>,
}

#[derive(Serialize, ToSchema)]
struct PriceRange {
    min: Money,
    max: Money,
}

/// How many products cost that much, both bounds included.
#[derive(Serialize, ToSchema)]
struct PriceCount {
    min: Money,
    max: Money,
    count: i64,
}

/// How many products there are in a category and below it.
#[derive(Serialize, ToSchema)]
struct CategoryCount {
    slug: String,
    name: String,
    count: i64,
}

/// Products by words, category, price and availability, with how all that was found spreads over categories and prices.
#[utoipa::path(get, path = "/api/products/search", security((), ("bearer" = [])), params(Parameters, PageRequest),
    responses((status = 200, body = Results, description = "A page of what was found")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    Query(parameters): Query<Parameters>,
    request: PageRequest,
) -> Answer<Json<Results>> {
    let text = parameters.q.as_deref().map(str::trim).unwrap_or_default();
    let asks = !text.is_empty();
    let sort = match parameters.sort {
        Some(Sort::Relevance) | None if !asks => Sort::Newest,
        Some(sort) => sort,
        None => Sort::Relevance,
    };
    let tree = app.showcase.tree(&app.database).await?;
    let criteria = criteria(&parameters, &tree, app.config.currency)?;
    let after: Option<Place> = request.after()?;
    if after.as_ref().is_some_and(|place| !place.is_in(sort)) {
        let detail = "this cursor belongs to a search that is sorted otherwise";
        return Err(Problem::bad_request("BAD_CURSOR", detail));
    }
    if asks && criteria.words.is_none() {
        // Nothing but punctuation or pictures: no product has that in its words.
        return Ok(Json(nothing()));
    }
    find(&app, &criteria, (sort, after), &request)
        .await
        .map(Json)
}

async fn find(
    app: &App,
    criteria: &Criteria,
    (sort, after): (Sort, Option<Place>),
    request: &PageRequest,
) -> Answer<Results> {
    let (connection, currency) = (app.database.read(), app.config.currency);
    let tree = app.showcase.tree(&app.database).await?;
    let found = search::page(connection, criteria, sort, after.as_ref(), request.fetch()).await?;
    let facets = search::facets(connection, criteria).await?;
    let chosen: Vec<&Facet> = facets
        .iter()
        .filter(|facet| fits(criteria, facet))
        .collect();
    let lowest = chosen.iter().map(|facet| facet.min_price).min();
    let highest = chosen.iter().map(|facet| facet.max_price).max();
    let price_ranges = match lowest.zip(highest) {
        Some((lowest, highest)) => {
            let ranges = Ranges::over(lowest, highest);
            let counts = search::in_ranges(connection, criteria, ranges).await?;
            price_counts(ranges, counts, currency)
        }
        None => vec![],
    };
    let page = Page::of(found, request, |last| Place::of(last, sort));
    Ok(Results {
        items: page
            .items
            .iter()
            .map(|found| Product::from(&found.listing))
            .collect(),
        next: page.next,
        facets: Facets {
            total: chosen.iter().map(|facet| facet.products).sum(),
            in_stock: chosen.iter().map(|facet| facet.in_stock).sum(),
            price: price_range(&facets, currency),
            price_ranges,
            categories: category_counts(&facets, &tree),
        },
    })
}

fn criteria(parameters: &Parameters, tree: &Tree, currency: Currency) -> Answer<Criteria> {
    let price = |field: &str, given: &Option<String>| -> Answer<Option<i64>> {
        let parse = |amount: &String| Money::parse(amount, currency);
        let price = given.as_ref().map(parse).transpose();
        let refused =
            |error: shared_events::money::Error| Problem::invalid(field, error.to_string());
        Ok(price.map_err(refused)?.map(Money::minor))
    };
    let below = |slug: &String| {
        let category = tree.with_slug(slug);
        category.map(|it| tree.below(it.id)).unwrap_or_default()
    };
    Ok(Criteria {
        words: parameters.q.as_deref().and_then(Wanted::in_text),
        categories: parameters.category.as_ref().map(below),
        min_price: price("minPrice", &parameters.min_price)?,
        max_price: price("maxPrice", &parameters.max_price)?,
        in_stock: parameters.in_stock,
    })
}

fn category_of(facet: &Facet) -> Option<CategoryId> {
    facet.category_id.map(CategoryId::from_uuid)
}

fn fits(criteria: &Criteria, facet: &Facet) -> bool {
    let chosen = criteria.categories.as_ref();
    chosen.is_none_or(|chosen| category_of(facet).is_some_and(|id| chosen.contains(&id)))
}

fn price_range(facets: &[Facet], currency: Currency) -> Option<PriceRange> {
    let min = facets.iter().map(|facet| facet.min_price).min()?;
    let max = facets.iter().map(|facet| facet.max_price).max()?;
    Some(PriceRange {
        min: Money::from_minor(min, currency),
        max: Money::from_minor(max, currency),
    })
}

fn price_counts(ranges: Ranges, counts: Vec<InRange>, currency: Currency) -> Vec<PriceCount> {
    let count = |range: InRange| {
        let (min, max) = ranges.bounds(range.number);
        PriceCount {
            min: Money::from_minor(min, currency),
            max: Money::from_minor(max, currency),
            count: range.products,
        }
    };
    counts.into_iter().map(count).collect()
}

/// Each product counts for its category and for all above it.
fn category_counts(facets: &[Facet], tree: &Tree) -> Vec<CategoryCount> {
    let mut counts: BTreeMap<CategoryId, i64> = BTreeMap::new();
    for facet in facets {
        let path = category_of(facet).map(|id| tree.path(id));
        for category in path.into_iter().flatten() {
            *counts.entry(category.id).or_default() += facet.products;
        }
    }
    let count = |category: &crate::domain::category::Category| {
        Some(CategoryCount {
            slug: category.slug.to_string(),
            name: category.name.clone(),
            count: *counts.get(&category.id)?,
        })
    };
    tree.by_slug().iter().filter_map(count).collect()
}

fn nothing() -> Results {
    Results {
        items: vec![],
        next: None,
        facets: Facets {
            total: 0,
            in_stock: 0,
            price: None,
            price_ranges: vec![],
            categories: vec![],
        },
    }
}
