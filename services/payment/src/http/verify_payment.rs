//! `POST /api/payments/verify` (the payer): asks the gateway now how far a payment has come that it is at, and tells. What
//! Razorpay's page brings is checked first.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Json, Problem, ProblemBody, Visitor};
use serde::Deserialize;
use shared_events::{OrderId, PaymentId, PaymentMethod};
use utoipa::ToSchema;

use super::answers::Detail;
use super::{rules, show_payment, which};
use crate::app::App;
use crate::domain::payment;
use crate::executor::at_once;
use crate::gateways::keys;
use crate::store::payments::{self, Record};

/// Which payment, by its id or by its order; and what the gateway's page has brought.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = PaymentVerification, example = json!({ "orderId": "01981f3e-0000-7000-8000-000000000001" }))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(skip)]
    payment_id: Option<PaymentId>,
    #[garde(skip)]
    order_id: Option<OrderId>,
    /// `razorpay_payment_id` of Razorpay Checkout.
    #[garde(custom(rules::word))]
    #[schema(min_length = 1, max_length = 255)]
    razorpay_payment_id: Option<String>,
    /// `razorpay_order_id` of Razorpay Checkout; must be the order that the payment was begun with.
    #[garde(custom(rules::word))]
    #[schema(min_length = 1, max_length = 255)]
    razorpay_order_id: Option<String>,
    /// `razorpay_signature` of Razorpay Checkout.
    #[garde(custom(rules::word))]
    #[schema(min_length = 1, max_length = 255)]
    razorpay_signature: Option<String>,
}

/// Have the gateway asked now
///
/// After the shopper has come back from the gateway's page. What is answered is what the gateway says, not what the page says;
/// a signature of Razorpay that is not right is refused.
#[utoipa::path(post, path = "/api/payments/verify", request_body = Request,
    responses(
        (status = 200, body = Detail, description = "The payment"),
        (status = 404, body = ProblemBody, description = "There is no such payment"),
        (status = 409, body = ProblemBody, description = "SIGNATURE_INVALID"),
    ),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    Json(request): Json<Request>,
) -> Answer<Json<Detail>> {
    let id = which::named(request.payment_id, request.order_id)?;
    let record = payments::find(app.database.read(), id).await?;
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    show_payment::owned(&visitor, &record.state)?;
    check(&app, id, &record, &request).await?;
    at_once::look_up(&app, id).await?;
    show_payment::show(&app, &visitor, id).await.map(Json)
}

/// What the page has brought, if it has brought anything.
async fn check(app: &App, id: PaymentId, record: &Record, request: &Request) -> Answer<()> {
    let (payment, signature) = match (&request.razorpay_payment_id, &request.razorpay_signature) {
        (None, None) if request.razorpay_order_id.is_none() => return Ok(()),
        (Some(payment), Some(signature)) => (payment, signature),
        (Some(_), None) => return Err(Problem::invalid("razorpaySignature", "is missing")),
        (None, _) => return Err(Problem::invalid("razorpayPaymentId", "is missing")),
    };
    let is_at_razorpay = |bill: &payment::Bill| bill.method == PaymentMethod::Razorpay;
    let razorpay = app.gateways.razorpay();
    let Some(razorpay) = razorpay.filter(|_| record.state.bill().is_some_and(is_at_razorpay))
    else {
        return Err(not_signed());
    };
    let key = keys::charge(id, record.state.charge().attempt);
    let internal = |error| Problem::internal(&error);
    if let Some(named) = &request.razorpay_order_id {
        let step = razorpay.next_step(&key).await.map_err(internal)?;
        let known = step.and_then(|step| step.razorpay_order_id);
        if known.as_ref() != Some(named) {
            return Err(not_signed());
        }
    }
    let is_signed = razorpay.is_signed(&key, payment, signature).await;
    match is_signed.map_err(internal)? {
        true => Ok(()),
        false => Err(not_signed()),
    }
}

fn not_signed() -> Problem {
    let detail = "the signature is not that of this payment";
    Problem::new(StatusCode::CONFLICT, "SIGNATURE_INVALID", detail)
}
