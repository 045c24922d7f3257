//! `POST /api/cart/items`: so many more units of a product. Whether there are enough is shown, not decided: that is for the
//! order to find out.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody, RequestCause};
use serde::Deserialize;
use shared_events::{ProductId, Quantity};
use utoipa::ToSchema;

use super::answers::Cart;
use crate::app::App;
use crate::domain::Owner;

/// What is wanted.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = AddItem, example = json!({"productId": "019a8b7e-52a3-7c1e-8f00-0123456789ab", "quantity": 2}))]
pub(super) struct Request {
    #[garde(skip)]
    product_id: ProductId,
    /// How many more units.
    #[garde(skip)]
    quantity: Quantity,
}

/// Puts a product into the cart
///
/// So many units on top of those that are in it; at most 100 products and 999 units of each.
#[utoipa::path(post, path = "/api/cart/items", security(("bearer" = [])), request_body = Request,
    responses((status = 201, body = Cart, description = "The cart"),
        (status = 404, body = ProblemBody, description = "There is no such product"),
        (status = 409, body = ProblemBody, description = "`CART_FULL` or `OTHER_CURRENCY`")))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<Cart>)> {
    let owner = Owner::User(identity.user_id()?);
    let wanted = (request.product_id, request.quantity);
    let cart = app.add(owner, wanted, cause).await?;
    Ok((
        StatusCode::CREATED,
        Json(Cart::of(&app, &cart, None).await?),
    ))
}
