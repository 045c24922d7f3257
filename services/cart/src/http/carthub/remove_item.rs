//! `DELETE /api/v1/cart/{customerId}/items/{productId}`: takes a product out.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, ProblemBody};
use shared_events::ProductId;

use crate::app::{App, Change};
use crate::http::answers::Cart;
use crate::http::customer::CustomerId;

/// Takes a product out of a customer's cart
#[utoipa::path(delete, path = "/api/v1/cart/{customerId}/items/{productId}", security((), ("bearer" = [])),
    params(("customerId" = inline(CustomerId), Path), ("productId" = inline(ProductId), Path)),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    Path((customer, product)): Path<(CustomerId, ProductId)>,
) -> Answer<Json<Cart>> {
    let owner = customer.admit(&identity)?;
    let cart = app
        .change(owner, product, |cart, product, unit| {
            let item = cart.item_of(*product)?;
            Ok(Change::Removed(cart.remove(item, unit.now())?.product_id))
        })
        .await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
