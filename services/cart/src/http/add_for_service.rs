//! `POST /internal/carts/{id}/items`: products for a user's cart, on behalf of a service: what was in an order, once more. Internal.
//! What there is no room for is told, and the rest is put in.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Internal, Json, Path, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::{Deserialize, Serialize};
use shared_events::{CartItemAdded, ProductId, Quantity, UserId};
use utoipa::ToSchema;

use crate::app::{App, Audience, Change};
use crate::catalogue;
use crate::domain::{Cart, Offer, Owner};

/// What is to be put in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = FillCart, example = json!({"lines": [{"productId": "019a8b7e-52a3-7c1e-8f00-0123456789ab", "quantity": 2}]}))]
pub(super) struct Request {
    #[garde(length(min = 1, max = 100))]
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<FillLine>,
}

/// So many units of a product.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct FillLine {
    product_id: ProductId,
    quantity: Quantity,
}

/// What has come of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Filled {
    /// What is not sold any more, or there was no room for.
    refused: Vec<ProductId>,
}

struct Addition {
    offer: Offer,
    quantity: Quantity,
    cause: Cause,
}

/// Puts products into a user's cart
///
/// So many units on top of those that are in it.
#[utoipa::path(post, path = "/internal/carts/{id}/items", security(("bearer" = [])), request_body = Request,
    params(("id" = UserId, Path, description = "A user's id, which is that of their cart")),
    responses((status = 200, body = Filled, description = "What was not put in")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    RequestCause(cause): RequestCause,
    Path(id): Path<UserId>,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<Filled>)> {
    let ids: Vec<_> = request.lines.iter().map(|line| line.product_id).collect();
    let offers = catalogue::offers(&app.peers, &ids).await?;
    let mut refused = Vec::new();
    for line in request.lines {
        let offer = offers
            .iter()
            .find(|offer| offer.product_id == line.product_id);
        let Some(offer) = offer.cloned() else {
            refused.push(line.product_id);
            continue;
        };
        let addition = Addition {
            offer,
            quantity: line.quantity,
            cause: cause.clone(),
        };
        match app
            .change_for(Audience::Service, Owner::User(id), addition, add)
            .await
        {
            Ok(_) => {}
            Err(problem) if problem.status().is_client_error() => refused.push(line.product_id),
            Err(problem) => return Err(problem),
        }
    }
    Ok((StatusCode::OK, Json(Filled { refused })))
}

fn add(cart: &mut Cart, addition: &Addition, unit: &mut UnitOfWork) -> Answer<Change> {
    let place = cart.add(&addition.offer, addition.quantity, unit.now())?;
    let added = CartItemAdded {
        cart_id: cart.id,
        user_id: cart.user_id,
        product_id: addition.offer.product_id,
        quantity: addition.quantity,
        unit_price: cart.items[place].unit_price,
    };
    unit.publish(added, &addition.cause);
    Ok(Change::Item(place))
}
