//! `GET /api/cart`: the cart at today's prices. It asks the catalogue, so that a shopper who was refused a changed price
//! sees the new one whatever has become of the message about it; a catalogue out of reach leaves the cart as it is known.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json};

use super::answers::Cart;
use crate::app::{App, Change};
use crate::catalogue;
use crate::domain;

pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Cart>> {
    let user = identity.user_id()?;
    let known = app.cart(user).await?;
    let quote = match catalogue::quote(&app.peers, &known).await {
        Ok(quote) => quote,
        Err(error) => {
            tracing::warn!(%error, "a cart is shown without asking the catalogue");
            return Ok(Json(Cart::of(&known, &app.config.tariff)?));
        }
    };
    let mut fresh = domain::Cart::clone(&known);
    fresh.refresh(&quote);
    if fresh == *known && !known.has_news() {
        return Ok(Json(Cart::of(&known, &app.config.tariff)?));
    }
    let cart = app
        .change(user, quote, |cart, quote, _| {
            Ok(Change::Refreshed(cart.refresh(quote)))
        })
        .await?;
    Ok(Json(Cart::of(&cart, &app.config.tariff)?))
}
