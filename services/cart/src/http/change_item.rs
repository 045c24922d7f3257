//! `PUT /api/cart/items/{itemId}`: another number of units.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, Path};
use serde::Deserialize;
use shared_events::{ItemId, Quantity};

use super::answers::Cart;
use crate::app::{App, Change};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(skip)]
    quantity: Quantity,
}

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<ItemId>,
    Json(request): Json<Request>,
) -> Answer<Json<Cart>> {
    let wanted = (id, request.quantity);
    let cart = app
        .change(identity.user_id()?, wanted, |cart, (id, quantity), unit| {
            Ok(Change::Item(cart.set_quantity(
                *id,
                *quantity,
                unit.now(),
            )?))
        })
        .await?;
    Ok(Json(Cart::of(&cart, &app.config.tariff)?))
}
