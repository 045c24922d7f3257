//! `POST /api/cart/validate`: brings a user's cart up to date with the catalogue and says what stands in the way of ordering
//! it. Internal.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Internal, Json, ProblemBody};
use serde::{Deserialize, Serialize};
use shared_events::{ProductId, UserId};
use utoipa::ToSchema;

use super::answers::Cart;
use crate::app::{App, Audience, Change};
use crate::catalogue;
use crate::domain::{self, Owner};

/// Whose cart.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ValidateCart, example = json!({"userId": "019a8b7e-52a3-7c1e-8f00-0123456789ab"}))]
pub(super) struct Request {
    #[garde(skip)]
    user_id: UserId,
}

/// Whether a cart could be ordered.
#[derive(Serialize, ToSchema)]
#[schema(as = CartValidity)]
pub(super) struct Validity {
    /// Whether nothing stands in the way.
    valid: bool,
    findings: Vec<Finding>,
    cart: Cart,
}

/// What stands in the way.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CartFinding)]
struct Finding {
    product_id: ProductId,
    /// `GONE` (and taken out of the cart), `PRICE_CHANGED`, `OUT_OF_STOCK`.
    code: &'static str,
}

/// Brings a user's cart up to date and says what stands in the way of ordering it
#[utoipa::path(post, path = "/api/cart/validate", security(("bearer" = [])), request_body = Request,
    responses((status = 200, body = Validity, description = "What was found"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    Json(request): Json<Request>,
) -> Answer<Json<Validity>> {
    let owner = Owner::User(request.user_id);
    let known = app.cart_to_order(owner.cart_id()).await?;
    let quote = catalogue::quote(&app.peers, &known).await?;
    let asked = quote.asked.clone();
    let mut fresh = domain::Cart::clone(&known);
    fresh.refresh(&quote);
    if fresh == *known {
        return answer(&app, &asked, &known).await;
    }
    let cart = app
        .change_for(Audience::Service, owner, quote, |cart, quote, _| {
            Ok(Change::Refreshed(cart.refresh(quote)))
        })
        .await?;
    answer(&app, &asked, &cart).await
}

async fn answer(app: &App, asked: &[ProductId], cart: &domain::Cart) -> Answer<Json<Validity>> {
    let findings = findings(asked, cart);
    Ok(Json(Validity {
        valid: findings.is_empty(),
        findings,
        cart: Cart::of(app, cart, None).await?,
    }))
}

fn findings(before: &[ProductId], cart: &domain::Cart) -> Vec<Finding> {
    let gone = before
        .iter()
        .filter(|id| cart.items.iter().all(|item| item.product_id != **id));
    let gone = gone.map(|id| Finding {
        product_id: *id,
        code: "GONE",
    });
    let kept = cart.items.iter().flat_map(|item| {
        let found = |is: bool, code| {
            is.then_some(Finding {
                product_id: item.product_id,
                code,
            })
        };
        [
            found(item.price_changed(), "PRICE_CHANGED"),
            found(!item.available, "OUT_OF_STOCK"),
        ]
        .into_iter()
        .flatten()
    });
    gone.chain(kept).collect()
}
