//! `DELETE /api/v1/cart/{customerId}/coupon`: a customer's cart without a coupon.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, ProblemBody};

use crate::app::App;
use crate::http::answers::Cart;
use crate::http::apply_coupon::put;
use crate::http::customer::CustomerId;

/// Takes the coupon out of a customer's cart
#[utoipa::path(delete, path = "/api/v1/cart/{customerId}/coupon", security((), ("bearer" = [])),
    params(("customerId" = inline(CustomerId), Path)),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    Path(customer): Path<CustomerId>,
) -> Answer<Json<Cart>> {
    let cart = put(&app, customer.admit(&identity)?, None).await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
