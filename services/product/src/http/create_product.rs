//! `POST /api/products` (admin): something new is sold, with the stock it starts with.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{CategoryId, Money, ProductId, Quantity};
use utoipa::ToSchema;

use super::{answers, problems, rules};
use crate::app::App;
use crate::domain::category::Category;
use crate::domain::product::{Product, Sku};
use crate::domain::stock::Stock;
use crate::store::movements::Entry;
use crate::store::{movements, products, stock};

/// A new product.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ProductDraft, example = json!({
    "sku": "KET-1", "name": "Steel Kettle", "description": "Boils 1.7 l.",
    "price": { "amount": "1299.00", "currency": "INR" }, "stock": 20, "lowStockThreshold": 5
}))]
pub(super) struct Draft {
    #[garde(skip)]
    #[schema(value_type = String, pattern = "^[A-Za-z0-9._-]{1,64}$")]
    sku: Sku,
    #[garde(length(chars, max = 200), custom(rules::not_blank))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    name: String,
    #[serde(default)]
    #[garde(length(chars, max = 10_000), custom(rules::storable))]
    #[schema(max_length = 10_000, pattern = r"^[^\x00]*$")]
    description: String,
    #[garde(skip)]
    category_id: Option<CategoryId>,
    #[garde(custom(rules::price))]
    price: Money,
    #[garde(range(max = Quantity::MAX))]
    #[schema(maximum = 1_000_000)]
    stock: u32,
    /// From how many available units on the stock is low; the shop's own if left out.
    #[garde(range(max = Quantity::MAX))]
    #[schema(maximum = 1_000_000)]
    low_stock_threshold: Option<u32>,
}

struct Work {
    app: App,
    product: Product,
    units: u32,
    low_at: u32,
    actor: String,
    cause: Cause,
}

/// Adds a product to the catalogue, with the stock it starts with.
#[utoipa::path(post, path = "/api/products", security(("bearer" = [])),
    request_body = Draft,
    responses((status = 201, body = answers::Product, description = "The product"),
        (status = 409, body = ProblemBody, description = "SKU_TAKEN")))]
pub(super) async fn handle(
    State(app): State<App>,
    Admin(identity): Admin,
    RequestCause(cause): RequestCause,
    Json(draft): Json<Draft>,
) -> Answer<(StatusCode, Json<answers::Product>)> {
    rules::in_currency(draft.price, app.config.currency)?;
    let product = Product {
        id: ProductId::new(),
        sku: draft.sku,
        name: draft.name,
        description: draft.description,
        category_id: draft.category_id,
        price: draft.price,
        image_urls: vec![],
        version: 1,
    };
    let default = app.config.low_stock_threshold;
    let database = app.database.clone();
    let work = Work {
        app,
        product: product.clone(),
        units: draft.stock,
        low_at: draft.low_stock_threshold.unwrap_or(default),
        actor: identity.scope(),
        cause,
    };
    let category = database
        .write(work, |unit, work| Box::pin(create(unit, work)))
        .await?;
    let answer = answers::Product::of(product, category.as_ref(), i64::from(draft.stock));
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn create(unit: &mut UnitOfWork, work: &Work) -> Answer<Option<Category>> {
    let product = &work.product;
    let category = problems::expect_category(unit.sql(), product.category_id).await?;
    let (opening, movement) = Stock::opening(work.units, work.low_at);
    let entry = Entry {
        product: product.id,
        movement,
        order: None,
        reason: None,
        actor: Some(work.actor.clone()),
    };
    products::insert(unit.sql(), std::slice::from_ref(product), unit.now()).await?;
    stock::insert(unit.sql(), &[(product.id, opening)], unit.now()).await?;
    movements::append(unit.sql(), &[entry], unit.now()).await?;
    unit.publish(product.created(work.units), &work.cause);
    work.app.show_changes(unit);
    Ok(category)
}
