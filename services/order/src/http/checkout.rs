//! `POST /api/orders/checkout`: makes an order of the caller's cart.
//!
//! [`request`] (what is sent), [`guest`] (the same for cart-service, which speaks for guests), [`gather`] (what the other services
//! say), [`coupon`] (held for the order), [`agree`] (what it will cost), [`place`] (write it). The order, its saga, the first
//! command and the answer under its `Idempotency-Key` are one commit.

mod agree;
mod coupon;
mod gather;
pub(super) mod guest;
mod place;
mod request;

use axum::extract::State;
use axum::response::Response;
use revcart_http_edge::idempotency::{Idempotent, Once};
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Answer, Identity, Prefer, RequestCause};
use revcart_persistence::Cause;
use shared_events::{CartId, Contact, OrderId, UserId};

use self::place::Attempt;
use self::request::CheckoutRequest;
use super::body::OrderBody;
use super::settling::{self, Accepted};
use crate::app::App;
use crate::domain::OrderNumber;

/// Whose cart becomes an order.
#[derive(Clone, Debug)]
enum Buyer {
    /// A user's; the cart has their id.
    User(UserId),
    /// Nobody's: whom to tell instead.
    Guest(Contact),
}

/// A checkout as it is asked for, by whichever route.
struct Checkout {
    cart: CartId,
    buyer: Buyer,
    request: CheckoutRequest,
    once: Once,
    cause: Cause,
}

/// Order the cart
///
/// Answers at once where the order stands, or, with `Prefer: wait=N`, how it settled.
#[utoipa::path(post, path = "/api/orders/checkout", security(("bearer" = [])),
    params(
        ("Idempotency-Key" = String, Header, description = "A new one for every new request", min_length = 1, max_length = 255,
            pattern = "^[!-~]+$"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: answer when it has settled, after N seconds at the latest")),
    request_body = CheckoutRequest,
    responses(
        (status = 202, body = OrderBody, description = "It has been accepted"),
        (status = 201, body = OrderBody, description = "It has been waited for, and is confirmed"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody,
            description = "Nothing was written: PRICE_CHANGED, CART_CHANGED, PRODUCT_UNAVAILABLE, OUT_OF_STOCK, ALREADY_CHECKED_OUT, \
                IDEMPOTENCY_KEY_IN_USE. With `orderId` and waited for: OUT_OF_STOCK, PAYMENT_DECLINED, PAYMENT_EXPIRED, \
                NO_DELIVERY_AGENT and the other ways in which an order fails")))]
pub(crate) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Prefer { wait }: Prefer,
    RequestCause(cause): RequestCause,
    request: Idempotent<CheckoutRequest>,
) -> Answer<Response> {
    let user = identity.user_id()?;
    let checkout = Checkout {
        cart: CartId::from_uuid(user.as_uuid()),
        buyer: Buyer::User(user),
        request: request.body.clone(),
        once: request.once.clone(),
        cause,
    };
    let accepted = accept(&app, checkout, wait.is_some()).await?;
    settling::answer(&app, accepted, wait).await
}

/// The order that this request has made, now or before. Until it returns, the same key is refused.
async fn accept(app: &App, checkout: Checkout, waits: bool) -> Answer<Accepted> {
    checkout.request.check()?;
    let id = app.ids.next(app.clock.now());
    let is_guest = matches!(checkout.buyer, Buyer::Guest(_));
    let terms = match agree::terms(app, id, &checkout).await {
        Ok(terms) => terms,
        // The same request may have been answered before, when the cart was still full.
        Err(refused) => {
            let reply = place::answered(app, checkout.once).await?.ok_or(refused)?;
            return Ok(Accepted {
                reply,
                following: None,
                is_guest,
            });
        }
    };
    let attempt = Attempt {
        app: app.clone(),
        once: checkout.once,
        id,
        number: OrderNumber::draw(&mut rand::rng()),
        payment_token: checkout.request.payment_token,
        cause: checkout.cause,
        terms,
    };
    let following = waits.then(|| app.followers.follow(id).ok()).flatten();
    let reply = write(app, attempt).await?;
    Ok(Accepted {
        following: following.filter(|_| !reply.replayed),
        reply,
        is_guest,
    })
}

/// Writes the order; a coupon that was held for one that is not written is given back.
async fn write(app: &App, attempt: Attempt) -> Answer<revcart_http_edge::idempotency::Reply> {
    let held: Option<OrderId> = attempt.terms.coupon_code.is_some().then_some(attempt.id);
    let written = place::write(app, attempt).await;
    let is_refused = match &written {
        Ok(reply) => reply.replayed,
        // Whether a write that failed otherwise has been committed is not known; then the hold runs out by itself.
        Err(problem) => problem.status().is_client_error(),
    };
    if let Some(order) = held.filter(|_| is_refused) {
        coupon::release(app, order).await;
    }
    written
}
