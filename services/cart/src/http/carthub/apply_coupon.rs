//! `PUT /api/v1/cart/{customerId}/coupon`: a coupon for what is in a customer's cart.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, ProblemBody};

use crate::app::App;
use crate::http::answers::Cart;
use crate::http::apply_coupon::{Request, apply};
use crate::http::customer::CustomerId;

/// Puts a coupon into a customer's cart
///
/// In the place of any other. 422 says why it cannot be used: `UNKNOWN_COUPON`, `COUPON_NOT_YET_VALID`, `COUPON_EXPIRED`,
/// `COUPON_USED_UP`, `COUPON_BELOW_MINIMUM`.
#[utoipa::path(put, path = "/api/v1/cart/{customerId}/coupon", security((), ("bearer" = [])),
    request_body = Request, params(("customerId" = inline(CustomerId), Path)),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    Path(customer): Path<CustomerId>,
    Json(request): Json<Request>,
) -> Answer<Json<Cart>> {
    let owner = customer.admit(&identity)?;
    let cart = apply(&app, owner, &request.code).await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
