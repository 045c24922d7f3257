//! `GET /api/cart/count`: how much is in the cart, for the number beside its picture.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json};
use serde::Serialize;

use crate::app::App;

#[derive(Serialize)]
pub(super) struct Count {
    /// Units of all products together.
    count: u64,
    /// Different products.
    products: usize,
}

pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Count>> {
    let cart = app.cart(identity.user_id()?).await?;
    Ok(Json(Count {
        count: cart.units(),
        products: cart.items.len(),
    }))
}
