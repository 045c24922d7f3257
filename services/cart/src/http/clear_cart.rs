//! `DELETE /api/cart/clear`: takes everything out.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json};

use super::answers::Cart;
use crate::app::{App, Change};

pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Cart>> {
    let cart = app
        .change(identity.user_id()?, (), |cart, (), unit| {
            Ok(if cart.clear(unit.now()) {
                Change::Cleared
            } else {
                Change::None
            })
        })
        .await?;
    Ok(Json(Cart::of(&cart, &app.config.tariff)?))
}
