//! `GET /api/v1/cart/{customerId}`: a customer's cart at today's prices.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, ProblemBody, Query};

use crate::app::App;
use crate::http::answers::Cart;
use crate::http::customer::CustomerId;
use crate::http::place::Place;

/// A customer's cart at today's prices
///
/// Empty, if they never had anything in it.
#[utoipa::path(get, path = "/api/v1/cart/{customerId}", security((), ("bearer" = [])),
    params(("customerId" = inline(CustomerId), Path), Place),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    Path(customer): Path<CustomerId>,
    Query(place): Query<Place>,
) -> Answer<Json<Cart>> {
    let cart = app.look_at(customer.admit(&identity)?).await?;
    let region = place.region();
    Ok(Json(Cart::of(&app, &cart, region.as_ref()).await?))
}
