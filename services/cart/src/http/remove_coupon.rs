//! `DELETE /api/cart/coupon`: the cart without a coupon.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody};

use super::answers::Cart;
use super::apply_coupon;
use crate::app::App;
use crate::domain::Owner;

/// Takes the coupon out of the cart
#[utoipa::path(delete, path = "/api/cart/coupon", security(("bearer" = [])),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Cart>> {
    let owner = Owner::User(identity.user_id()?);
    let cart = apply_coupon::put(&app, owner, None).await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
