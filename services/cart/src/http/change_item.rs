//! `PUT /api/cart/items/{id}`: another number of units.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, Path, ProblemBody};
use serde::Deserialize;
use shared_events::{ItemId, Quantity};
use utoipa::ToSchema;

use super::answers::Cart;
use crate::app::{App, Change};
use crate::domain::Owner;

/// How many units are wanted.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeItem, example = json!({"quantity": 3}))]
pub(super) struct Request {
    #[garde(skip)]
    pub(super) quantity: Quantity,
}

/// Changes how many units of a product are wanted
#[utoipa::path(put, path = "/api/cart/items/{id}", security(("bearer" = [])), request_body = Request,
    params(("id" = inline(ItemId), Path, description = "The `itemId` of a line")),
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`")))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<ItemId>,
    Json(request): Json<Request>,
) -> Answer<Json<Cart>> {
    let owner = Owner::User(identity.user_id()?);
    let wanted = (id, request.quantity);
    let cart = app
        .change(owner, wanted, |cart, (id, quantity), unit| {
            Ok(Change::Item(cart.set_quantity(
                *id,
                *quantity,
                unit.now(),
            )?))
        })
        .await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}
