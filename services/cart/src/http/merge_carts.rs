//! `POST /api/cart/merge`: what somebody has put together as a guest comes into their own cart, when they log in.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody};
use serde::{Deserialize, Serialize};
use shared_events::ProductId;
use utoipa::ToSchema;

use super::answers::Cart;
use super::customer::GuestCartId;
use super::problems::code;
use crate::app::App;
use crate::domain::cart::merge::LeftOut;

/// Whose cart is taken over.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = MergeCarts, example = json!({"guestCartId": "guest-0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1"}))]
pub(super) struct Request {
    /// The customer id of the guest.
    #[garde(skip)]
    #[schema(
        value_type = String,
        pattern = "^guest-[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[47][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
    )]
    guest_cart_id: GuestCartId,
}

/// A cart, with what found no room in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MergedCart {
    #[serde(flatten)]
    cart: Cart,
    not_merged: Vec<NotMerged>,
}

/// Units of a product that found no room.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NotMerged {
    product_id: ProductId,
    name: String,
    /// How many units were left out.
    quantity: u32,
    /// `TOO_MANY`, `CART_FULL` or `OTHER_CURRENCY`.
    code: &'static str,
}

impl From<LeftOut> for NotMerged {
    fn from(left: LeftOut) -> Self {
        Self {
            product_id: left.product_id,
            name: left.name,
            quantity: left.units,
            code: code(left.why),
        }
    }
}

/// Takes a guest's cart into the user's
///
/// Quantities are summed up to the limits; what finds no room is told in `notMerged`. The guest's cart is empty afterwards, so doing
/// it again changes nothing.
#[utoipa::path(post, path = "/api/cart/merge", security(("bearer" = [])), request_body = Request,
    responses((status = 200, body = MergedCart, description = "The user's cart"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Json(request): Json<Request>,
) -> Answer<Json<MergedCart>> {
    let user = identity.user_id()?;
    let (cart, left_out) = app.merge(user, request.guest_cart_id.0).await?;
    Ok(Json(MergedCart {
        cart: Cart::of(&app, &cart, None).await?,
        not_merged: left_out.into_iter().map(NotMerged::from).collect(),
    }))
}
