//! `POST /api/v1/cart/items`: so many more units of a product, in a customer's cart.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Json, MaybeIdentity, ProblemBody, RequestCause};
use serde::Deserialize;
use shared_events::{ProductId, Quantity};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::answers::Cart;
use crate::http::customer::CustomerId;

/// What is wanted, and by whom.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = AddItemForCustomer, example = json!({
    "customerId": "guest-0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1",
    "productId": "019a8b7e-52a3-7c1e-8f00-0123456789ab", "quantity": 2
}))]
pub(in crate::http) struct Request {
    #[garde(skip)]
    customer_id: CustomerId,
    #[garde(skip)]
    product_id: ProductId,
    /// How many more units.
    #[garde(skip)]
    quantity: Quantity,
}

/// Puts a product into a customer's cart
///
/// So many units on top of those that are in it; at most 100 products and 999 units of each.
#[utoipa::path(post, path = "/api/v1/cart/items", security((), ("bearer" = [])), request_body = Request,
    responses((status = 201, body = Cart, description = "The cart"),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order"),
        (status = 404, body = ProblemBody, description = "There is no such product, or the user is somebody else"),
        (status = 409, body = ProblemBody, description = "`CART_FULL` or `OTHER_CURRENCY`")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<Cart>)> {
    let owner = request.customer_id.admit(&identity)?;
    let wanted = (request.product_id, request.quantity);
    let cart = app.add(owner, wanted, cause).await?;
    Ok((
        StatusCode::CREATED,
        Json(Cart::of(&app, &cart, None).await?),
    ))
}
