//! `PUT /api/products/{id}` (admin): another description or price, if nobody has changed it since.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{CategoryId, Money, ProductId, Quantity};
use utoipa::ToSchema;

use super::{answers, problems, rules};
use crate::app::App;
use crate::domain::product::{self, Sku};
use crate::domain::stock::Stock;
use crate::store::products;
use crate::store::warehouse::Warehouse;

/// What is left out stays as it is. Units are changed by adjustments.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ProductChange, example = json!({ "name": "Copper Kettle", "version": 1 }))]
pub(super) struct Change {
    #[garde(skip)]
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z0-9._-]{1,64}$")]
    sku: Option<Sku>,
    #[garde(inner(length(chars, max = 200), custom(rules::not_blank)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    name: Option<String>,
    #[garde(length(chars, max = 10_000), inner(custom(rules::storable)))]
    #[schema(max_length = 10_000, pattern = r"^[^\x00]*$")]
    description: Option<String>,
    #[garde(skip)]
    category_id: Option<CategoryId>,
    #[garde(inner(custom(rules::price)))]
    price: Option<Money>,
    #[garde(range(max = Quantity::MAX))]
    #[schema(maximum = 1_000_000)]
    low_stock_threshold: Option<u32>,
    /// The version that the change is based on.
    #[garde(skip)]
    version: u32,
}

struct Work {
    app: App,
    id: ProductId,
    change: Change,
    cause: Cause,
}

/// Changes what is said about a product, if nobody has changed it since.
#[utoipa::path(put, path = "/api/products/{productId}", security(("bearer" = [])),
    params(("productId" = ProductId, Path)),
    request_body = Change,
    responses((status = 200, body = answers::Product, description = "The product as it is now"),
        (status = 409, body = ProblemBody, description = "VERSION_CONFLICT, SKU_TAKEN")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<ProductId>,
    RequestCause(cause): RequestCause,
    Json(change): Json<Change>,
) -> Answer<Json<answers::Product>> {
    if let Some(price) = change.price {
        rules::in_currency(price, app.config.currency)?;
    }
    let database = app.database.clone();
    let work = Work {
        app,
        id,
        change,
        cause,
    };
    let write = database.write(work, |unit, work| Box::pin(update(unit, work)));
    write.await.map(Json)
}

async fn update(unit: &mut UnitOfWork, work: &Work) -> Answer<answers::Product> {
    // Stock before its product, like who reserves some of it.
    let mut warehouse = Warehouse::load_product(unit, work.id).await?;
    let found = products::lock(unit.sql(), work.id).await?;
    let mut product = found.ok_or_else(|| Problem::not_found("product"))?;
    if product.version != work.change.version {
        return Err(problems::version_conflict());
    }
    let change = work.change.clone();
    let category = change.category_id.or(product.category_id);
    let category = problems::expect_category(unit.sql(), category).await?;
    let events = product.change(product::Change {
        sku: change.sku,
        name: change.name,
        description: change.description,
        category_id: change.category_id,
        price: change.price,
    });
    if !events.is_empty() {
        products::update(unit.sql(), &product, unit.now()).await?;
    }
    for event in events {
        unit.emit(event, &work.cause);
    }

    if let Some(low_at) = change.low_stock_threshold {
        warehouse.amend(work.id, |stock| stock.warn_at(low_at));
    }
    let available = warehouse.shelf().stock(work.id).map_or(0, Stock::offered);
    work.app.save(unit, warehouse).await?;
    work.app.show_changes(unit);
    Ok(answers::Product::of(product, category.as_ref(), available))
}
