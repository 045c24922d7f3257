//! `POST /api/cart/validate`: brings a user's cart up to date with the catalogue and says what stands in the way of ordering
//! it. Internal.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Internal, Json};
use serde::{Deserialize, Serialize};
use shared_events::{ProductId, UserId};

use super::answers::Cart;
use crate::app::{App, Audience, Change};
use crate::catalogue;
use crate::domain;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(skip)]
    user_id: UserId,
}

#[derive(Serialize)]
pub(super) struct Validity {
    /// Whether nothing stands in the way.
    valid: bool,
    findings: Vec<Finding>,
    cart: Cart,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    product_id: ProductId,
    /// `GONE` (and taken out of the cart), `PRICE_CHANGED`, `OUT_OF_STOCK`.
    code: &'static str,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    Json(request): Json<Request>,
) -> Answer<Json<Validity>> {
    let known = app.cart_to_order(request.user_id).await?;
    let quote = catalogue::quote(&app.peers, &known).await?;
    let asked = quote.asked.clone();
    let mut fresh = domain::Cart::clone(&known);
    fresh.refresh(&quote);
    if fresh == *known {
        return answer(&app, &asked, &known);
    }
    let cart = app
        .change_for(
            Audience::Service,
            request.user_id,
            quote,
            |cart, quote, _| Ok(Change::Refreshed(cart.refresh(quote))),
        )
        .await?;
    answer(&app, &asked, &cart)
}

fn answer(app: &App, asked: &[ProductId], cart: &domain::Cart) -> Answer<Json<Validity>> {
    let findings = findings(asked, cart);
    Ok(Json(Validity {
        valid: findings.is_empty(),
        findings,
        cart: Cart::of(cart, &app.config.tariff)?,
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
