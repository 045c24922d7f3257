//! `DELETE /api/cart/items/{itemId}`: takes a product out.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path};
use shared_events::ItemId;

use super::answers::Cart;
use crate::app::{App, Change};

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<ItemId>,
) -> Answer<Json<Cart>> {
    let cart = app
        .change(identity.user_id()?, id, |cart, id, unit| {
            Ok(Change::Removed(cart.remove(*id, unit.now())?.product_id))
        })
        .await?;
    Ok(Json(Cart::of(&cart, &app.config.tariff)?))
}
