//! A coupon at a checkout: cart-service, which owns coupons, holds it for the order that is about to be written. When the order
//! is placed the hold becomes a use; when nothing comes of the checkout it is given back, and it runs out by itself.

use http::StatusCode;
use revcart_http_edge::client::CallError;
use revcart_http_edge::{Answer, Problem};
use serde::{Deserialize, Serialize};
use shared_events::pricing::Coupon;
use shared_events::{CartId, Money, OrderId, Service, UserId};

use super::{Buyer, Checkout};
use crate::app::App;

/// What the shopper wants to use, and on what.
pub(super) struct Wanted<'a> {
    /// The code as it was typed.
    pub(super) code: &'a str,
    /// The goods before any discount.
    pub(super) subtotal: Money,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HoldRequest<'a> {
    code: &'a str,
    cart_id: CartId,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    subtotal: Money,
}

#[derive(Deserialize)]
struct Held {
    coupon: Coupon,
}

/// Has the coupon held for the order. Why not is told as a field of the request.
pub(super) async fn hold(
    app: &App,
    order: OrderId,
    checkout: &Checkout,
    wanted: &Wanted<'_>,
) -> Answer<Coupon> {
    let (user_id, email) = match &checkout.buyer {
        Buyer::User(user) => (Some(*user), None),
        Buyer::Guest(contact) => (None, Some(contact.email.as_str())),
    };
    let request = HoldRequest {
        code: wanted.code,
        cart_id: checkout.cart,
        user_id,
        email,
        subtotal: wanted.subtotal,
    };
    let held: Result<Held, CallError> = app
        .peers
        .peer(Service::Cart)
        .put(&path(order), &request)
        .await;
    held.map(|held| held.coupon).map_err(refused)
}

/// Gives it back, if cart-service can be reached; else the hold runs out.
pub(super) async fn release(app: &App, order: OrderId) {
    if let Err(error) = app.peers.peer(Service::Cart).delete(&path(order)).await {
        tracing::info!(%order, error = &error as &dyn std::error::Error, "a coupon is not given back and runs out");
    }
}

fn path(order: OrderId) -> String {
    format!("/internal/coupons/holds/{order}")
}

fn refused(error: CallError) -> Problem {
    let CallError::Status {
        status, problem, ..
    } = &error
    else {
        return error.into();
    };
    match *status {
        StatusCode::UNPROCESSABLE_ENTITY => {
            Problem::unprocessable(problem.code().to_owned(), problem.detail())
                .with_field("couponCode", problem.detail())
        }
        StatusCode::NOT_FOUND => Problem::unprocessable(
            "UNKNOWN_COUPON",
            "this coupon is not known here; order without it or try another",
        )
        .with_field("couponCode", "is not known"),
        _ => error.into(),
    }
}
