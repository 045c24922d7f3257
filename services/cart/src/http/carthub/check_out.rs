//! `POST /api/v1/cart/checkout`: orders a customer's cart. Who they are is decided here, everything else by order-service, to which
//! the request is passed on and whose answer comes back as it is.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderMap, Method};
use revcart_http_edge::client::Reply;
use revcart_http_edge::{
    Answer, CallError, IdempotencyKey, Json, MaybeIdentity, Prefer, ProblemBody, idempotency,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared_events::{Address, AddressId, CartId, Contact, PaymentMethod, Service, UserId};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::Owner;
use crate::http::customer::CustomerId;

/// How long order-service may take beside what the client would wait for the outcome.
const DEADLINE: Duration = Duration::from_secs(9);
/// What comes back beside the body.
const HEADERS: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, idempotency::REPLAYED];

/// Whose cart is ordered, and how. Beside the customer everything is read by order-service.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CheckOutForCustomer, example = json!({
    "customerId": "guest-0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1",
    "contact": {"name": "Asha Rao", "email": "asha@example.com"},
    "shippingAddress": {"recipient": "Asha Rao", "line1": "12 MG Road", "city": "Bengaluru", "state": "Karnataka",
        "postalCode": "560001", "country": "IN", "phone": "+91 98765 43210"},
    "paymentMethod": "DUMMY", "paymentToken": "tok_ok"
}))]
#[garde(allow_unvalidated)]
pub(in crate::http) struct Request {
    customer_id: CustomerId,
    /// Whom to tell of the order: required of guests, refused from users, whose contact is known.
    #[schema(value_type = Option<Contact>)]
    contact: Option<Value>,
    /// A user's address; or `shippingAddress`.
    #[schema(value_type = Option<AddressId>)]
    address_id: Option<Value>,
    #[schema(value_type = Option<Address>)]
    shipping_address: Option<Value>,
    #[schema(value_type = PaymentMethod)]
    payment_method: Value,
    #[schema(value_type = Option<String>)]
    payment_token: Option<Value>,
    /// Without one: the coupon that is in the cart.
    #[schema(value_type = Option<String>, max_length = 64)]
    coupon_code: Option<Value>,
    /// The version of the cart that the shopper has seen.
    #[schema(value_type = Option<u32>)]
    cart_version: Option<Value>,
    #[schema(value_type = Option<String>, max_length = 500)]
    note: Option<Value>,
}

/// The same for order-service.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PassedOn {
    cart_id: CartId,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_id: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping_address: Option<Value>,
    payment_method: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_token: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon_code: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cart_version: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Value>,
}

impl PassedOn {
    fn new(owner: Owner, request: Request) -> Self {
        Self {
            cart_id: owner.cart_id(),
            user_id: owner.user_id(),
            contact: request.contact,
            address_id: request.address_id,
            shipping_address: request.shipping_address,
            payment_method: request.payment_method,
            payment_token: request.payment_token,
            coupon_code: request.coupon_code,
            cart_version: request.cart_version,
            note: request.note,
        }
    }
}

/// Orders a customer's cart
///
/// A guest gives a contact and an address, and gets an `orderToken` with the order, by which it is seen. With `Prefer: wait=30` the
/// answer comes when payment and stock are settled.
#[utoipa::path(post, path = "/api/v1/cart/checkout", security((), ("bearer" = [])), request_body = Request,
    params(("Idempotency-Key" = String, Header, description = "A new one for every new order", min_length = 1, max_length = 255),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: seconds to wait for the outcome, at most 30")),
    responses((status = 201, body = Value, description = "The order is confirmed"),
        (status = 202, body = Value, description = "The order is being worked on; Location says where to look",
            headers(("Location" = String, description = "The order"))),
        (status = 403, body = ProblemBody, description = "The token is a guest's of an order"),
        (status = 404, body = ProblemBody, description = "The user is somebody else, or there is no such address"),
        (status = 409, body = ProblemBody, description = "`CART_EMPTY`, `PRICE_CHANGED`, `ALREADY_CHECKED_OUT`, \
            `IDEMPOTENCY_KEY_IN_USE` and the like; with `Prefer: wait` also `OUT_OF_STOCK`, `PAYMENT_DECLINED`, `PAYMENT_EXPIRED`, \
            `NO_DELIVERY_AGENT`")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    identity: MaybeIdentity,
    IdempotencyKey(key): IdempotencyKey,
    prefer: Prefer,
    Json(request): Json<Request>,
) -> Answer<Response> {
    let owner = request.customer_id.admit(&identity)?;
    let body = PassedOn::new(owner, request);
    match pass_on(&app, &body, &key, prefer).await {
        Ok(reply) => Ok(answer(reply)),
        // What order-service refuses, it refuses with its own words.
        Err(CallError::Status { problem, .. }) => Err(*problem),
        Err(error) => Err(error.into()),
    }
}

async fn pass_on(
    app: &App,
    body: &PassedOn,
    key: &str,
    prefer: Prefer,
) -> Result<Reply, CallError> {
    let waits = prefer.wait.unwrap_or_default();
    let call = app
        .peers
        .peer(Service::Order)
        .within(DEADLINE + waits)
        .call(Method::POST, "/internal/checkouts")
        .json(body)?
        .idempotency_key(key)?;
    let call = match prefer.wait {
        Some(wait) => call.header("prefer", &format!("wait={}", wait.as_secs()))?,
        None => call,
    };
    call.send().await
}

fn answer(reply: Reply) -> Response {
    let mut headers = HeaderMap::new();
    for name in HEADERS {
        if let Some(value) = reply.headers.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    (reply.status, headers, reply.body).into_response()
}
