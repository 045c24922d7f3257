//! `GET /api/products/search`: products by words, category, price and availability, with how they spread (facets).

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Page, PageRequest, Problem, Query};
use serde::{Deserialize, Serialize};
use shared_events::{Currency, Money};

use super::answers::Product;
use crate::app::App;
use crate::store::search::{self, Criteria, Facet, Place, Sort};

/// Words that are looked for; more make a search slow and no better.
const MOST_WORDS: usize = 8;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Parameters {
    #[garde(length(chars, max = 100))]
    q: Option<String>,
    #[garde(length(chars, max = 80))]
    category: Option<String>,
    #[garde(skip)]
    min_price: Option<String>,
    #[garde(skip)]
    max_price: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    in_stock: bool,
    #[serde(default)]
    #[garde(skip)]
    sort: Sort,
}

#[derive(Serialize)]
pub(super) struct Results {
    #[serde(flatten)]
    page: Page<Product>,
    facets: Facets,
}

/// How all that was found spreads. `total` counts the products of the chosen category, the rest all categories.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facets {
    total: i64,
    in_stock: i64,
    price: Option<PriceRange>,
    categories: Vec<CategoryCount>,
}

#[derive(Serialize)]
struct PriceRange {
    min: Money,
    max: Money,
}

#[derive(Serialize)]
struct CategoryCount {
    slug: String,
    name: String,
    count: i64,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    Query(parameters): Query<Parameters>,
    request: PageRequest,
) -> Answer<Json<Results>> {
    let sort = parameters.sort;
    let currency = app.config.currency;
    let criteria = criteria(parameters, currency)?;
    let after: Option<Place> = request.after()?;
    if after.as_ref().is_some_and(|place| !place.is_in(sort)) {
        let detail = "this cursor belongs to a search that is sorted otherwise";
        return Err(Problem::bad_request("BAD_CURSOR", detail));
    }
    let connection = app.database.read();
    let (fetch, after) = (request.fetch(), after.as_ref());
    let found = search::page(connection, &criteria, sort, after, fetch).await?;
    let facets = search::facets(connection, &criteria).await?;
    Ok(Json(Results {
        page: Page::of(found, &request, |last| Place::of(last, sort))
            .map(|listing| Product::from(&listing)),
        facets: spread(&criteria, facets, currency),
    }))
}

fn criteria(parameters: Parameters, currency: Currency) -> Answer<Criteria> {
    let price = |field: &str, given: Option<String>| -> Answer<Option<i64>> {
        let parse = |amount: String| Money::parse(&amount, currency);
        let price = given.map(parse).transpose();
        let refused =
            |error: shared_events::money::Error| Problem::invalid(field, error.to_string());
        Ok(price.map_err(refused)?.map(Money::minor))
    };
    let words = parameters.q.unwrap_or_default().to_lowercase();
    Ok(Criteria {
        words: words
            .split_whitespace()
            .take(MOST_WORDS)
            .map(str::to_owned)
            .collect(),
        category: parameters.category,
        min_price: price("minPrice", parameters.min_price)?,
        max_price: price("maxPrice", parameters.max_price)?,
        in_stock: parameters.in_stock,
    })
}

fn spread(criteria: &Criteria, facets: Vec<Facet>, currency: Currency) -> Facets {
    let chosen = |facet: &&Facet| criteria.category.is_none() || facet.slug == criteria.category;
    let money = |minor| Money::from_minor(minor, currency);
    let min = facets.iter().map(|facet| facet.min_price).min();
    let max = facets.iter().map(|facet| facet.max_price).max();
    Facets {
        total: facets
            .iter()
            .filter(chosen)
            .map(|facet| facet.products)
            .sum(),
        in_stock: facets
            .iter()
            .filter(chosen)
            .map(|facet| facet.in_stock)
            .sum(),
        price: min.zip(max).map(|(min, max)| PriceRange {
            min: money(min),
            max: money(max),
        }),
        categories: facets
            .into_iter()
            .filter_map(|facet| {
                Some(CategoryCount {
                    slug: facet.slug?,
                    name: facet.name?,
                    count: facet.products,
                })
            })
            .collect(),
    }
}
