//! `DELETE /api/cart/items/{id}`: takes a product out.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path, ProblemBody};
use shared_events::ItemId;

use super::answers::Cart;
use crate::app::{App, Change};
use crate::domain::Owner;

/// Takes a product out of the cart
#[utoipa::path(delete, path = "/api/cart/items/{id}", security(("bearer" = [])),
    params(("id" = inline(ItemId), Path, description = "The `itemId` of a line")),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<ItemId>,
) -> Answer<Json<Cart>> {
    let owner = Owner::User(identity.user_id()?);
    let cart = app
        .change(owner, id, |cart, id, unit| {
            Ok(Change::Removed(cart.remove(*id, unit.now())?.product_id))
        })
        .await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
