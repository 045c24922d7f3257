//! `DELETE /api/cart/clear`: takes everything out, the coupon too.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json};

use super::answers::Cart;
use crate::app::{App, Change};
use crate::domain::{self, Owner};

/// Takes everything out of the cart, the coupon too
#[utoipa::path(delete, path = "/api/cart/clear", security(("bearer" = [])),
    responses((status = 200, body = Cart, description = "The cart")))]
pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Cart>> {
    let cart = clear(&app, Owner::User(identity.user_id()?)).await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}

pub(super) async fn clear(app: &App, owner: Owner) -> Answer<domain::Cart> {
    app.change(owner, (), |cart, (), unit| {
        Ok(if cart.clear(unit.now()) {
            Change::Cleared
        } else {
            Change::None
        })
    })
    .await
}
