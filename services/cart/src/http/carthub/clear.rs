//! `DELETE /api/v1/cart/{customerId}`: takes everything out of a customer's cart, the coupon too.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, ProblemBody};

use crate::app::App;
use crate::http::answers::Cart;
use crate::http::clear_cart;
use crate::http::customer::CustomerId;

/// Takes everything out of a customer's cart, the coupon too
#[utoipa::path(delete, path = "/api/v1/cart/{customerId}", security((), ("bearer" = [])),
    params(("customerId" = inline(CustomerId), Path)),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    Path(customer): Path<CustomerId>,
) -> Answer<Json<Cart>> {
    let cart = clear_cart::clear(&app, customer.admit(&identity)?).await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
