//! `GET /api/products/batch?ids=…,…`: price and availability of many products at once, for carts and checkouts. Products that
//! are not in the catalogue are left out.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Problem, Query};
use serde::{Deserialize, Serialize};
use shared_events::ProductId;
use utoipa::{IntoParams, ToSchema};

use super::answers::Product;
use crate::app::App;

/// Products in one request.
const MOST: usize = 100;

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Ids with commas between, at most 100.
    #[garde(skip)]
    #[param(
        pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,99}$"
    )]
    ids: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProductBatch)]
pub(super) struct Products {
    items: Vec<Product>,
}

/// Price and availability of many products at once.
#[utoipa::path(get, path = "/api/products/batch", security((), ("bearer" = [])),
    params(Parameters),
    responses((status = 200, body = Products, description = "Those that are in the catalogue, in the order asked for")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    Query(parameters): Query<Parameters>,
) -> Answer<Json<Products>> {
    let ids: Result<Vec<ProductId>, _> = parameters.ids.split(',').map(str::parse).collect();
    let ids =
        ids.map_err(|_| Problem::invalid("ids", "must be product ids with commas between"))?;
    if ids.len() > MOST {
        return Err(Problem::invalid("ids", format!("must be at most {MOST}")));
    }
    let found = app.showcase.products(&app.database, &ids).await?;
    Ok(Json(Products {
        items: found.iter().map(|listing| (&**listing).into()).collect(),
    }))
}
