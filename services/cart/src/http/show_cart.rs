//! `GET /api/cart`: the cart at today's prices.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody, Query};

use super::answers::Cart;
use super::place::Place;
use crate::app::App;
use crate::domain::Owner;

/// The cart at today's prices
///
/// A price that has changed since the shopper last looked is marked once. With a country (and state) the taxes and the delivery fee
/// are those of that place, as an order would have them.
#[utoipa::path(get, path = "/api/cart", security(("bearer" = [])), params(Place),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Query(place): Query<Place>,
) -> Answer<Json<Cart>> {
    let cart = app.look_at(Owner::User(identity.user_id()?)).await?;
    let region = place.region();
    Ok(Json(Cart::of(&app, &cart, region.as_ref()).await?))
}
