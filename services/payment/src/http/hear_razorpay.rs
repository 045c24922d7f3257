//! `POST /api/payments/webhooks/razorpay` (Razorpay): something has happened there.

use axum::extract::State;
use http::HeaderMap;
use revcart_http_edge::{Answer, Json, ProblemBody, RawBody};
use shared_events::PaymentMethod;

use super::telling::{self, Heard};
use crate::app::App;

/// Razorpay tells of an event
///
/// Signed by `X-Razorpay-Signature` over the body. An event that is told again (`x-razorpay-event-id`) has no effect; one of
/// another kind, or about something unknown, has none either.
#[utoipa::path(post, path = "/api/payments/webhooks/razorpay",
    request_body(content = serde_json::Value, description = "The event, as Razorpay signed it", example = json!({
        "entity": "event", "event": "payment.captured",
        "payload": {"payment": {"entity": {"id": "pay_QxYz", "order_id": "order_QxAb", "status": "captured"}}}
    })),
    params(
        ("X-Razorpay-Signature" = Option<String>, Header, description = "HMAC-SHA256 of the body, hexadecimal"),
        ("X-Razorpay-Event-Id" = Option<String>, Header, description = "The event's name"),
    ),
    responses(
        (status = 200, body = Heard, description = "It was heard"),
        (status = 400, body = ProblemBody, description = "SIGNATURE_INVALID or MALFORMED_EVENT"),
        (status = 404, body = ProblemBody, description = "This shop has no Razorpay, or no secret for its webhooks"),
    ),
    security(()))]
pub(super) async fn handle(
    State(app): State<App>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Answer<Json<Heard>> {
    let razorpay = app.gateways.razorpay();
    let heard = razorpay.and_then(|razorpay| razorpay.hear(&headers, &body));
    telling::hear(&app, PaymentMethod::Razorpay, heard).await
}
