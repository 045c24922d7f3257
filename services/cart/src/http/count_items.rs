//! `GET /api/cart/count`: how much is in the cart, for the number beside its picture.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::Owner;

/// How much is in a cart.
#[derive(Serialize, ToSchema)]
#[schema(as = CartCount)]
pub(super) struct Count {
    /// Units of all products together.
    count: u64,
    /// Different products.
    products: usize,
}

/// How much is in the cart
#[utoipa::path(get, path = "/api/cart/count", security(("bearer" = [])),
    responses((status = 200, body = Count, description = "Units and products")))]
pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Count>> {
    let cart = app.cart(Owner::User(identity.user_id()?)).await?;
    Ok(Json(Count {
        count: cart.units(),
        products: cart.items.len(),
    }))
}
