//! `PUT /api/v1/cart/{customerId}/items/{productId}`: another number of units.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, ProblemBody};
use shared_events::ProductId;

use crate::app::{App, Change};
use crate::http::answers::Cart;
use crate::http::change_item::Request;
use crate::http::customer::CustomerId;

/// Changes how many units of a product a customer wants
#[utoipa::path(put, path = "/api/v1/cart/{customerId}/items/{productId}", security((), ("bearer" = [])),
    request_body = Request, params(("customerId" = inline(CustomerId), Path), ("productId" = inline(ProductId), Path)),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    Path((customer, product)): Path<(CustomerId, ProductId)>,
    Json(request): Json<Request>,
) -> Answer<Json<Cart>> {
    let owner = customer.admit(&identity)?;
    let wanted = (product, request.quantity);
    let cart = app
        .change(owner, wanted, |cart, (product, quantity), unit| {
            let item = cart.item_of(*product)?;
            Ok(Change::Item(cart.set_quantity(
                item,
                *quantity,
                unit.now(),
            )?))
        })
        .await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
