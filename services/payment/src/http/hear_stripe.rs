//! `POST /api/payments/webhooks/stripe` (Stripe): something has happened there.

use axum::extract::State;
use http::HeaderMap;
use revcart_http_edge::{Answer, Json, ProblemBody, RawBody};
use shared_events::PaymentMethod;

use super::telling::{self, Heard};
use crate::app::App;

/// Stripe tells of an event
///
/// Signed by `Stripe-Signature` over time and body, at most five minutes ago. An event that is told again has no effect; one of
/// another kind, or about something unknown, has none either.
#[utoipa::path(post, path = "/api/payments/webhooks/stripe",
    request_body(content = serde_json::Value, description = "The event, as Stripe signed it", example = json!({
        "id": "evt_1PqR", "object": "event", "type": "payment_intent.succeeded",
        "data": {"object": {"id": "pi_3PqR", "object": "payment_intent", "status": "succeeded"}}
    })),
    params(("Stripe-Signature" = Option<String>, Header, description = "t=…,v1=…")),
    responses(
        (status = 200, body = Heard, description = "It was heard"),
        (status = 400, body = ProblemBody, description = "SIGNATURE_INVALID, SIGNATURE_EXPIRED or MALFORMED_EVENT"),
        (status = 404, body = ProblemBody, description = "This shop has no Stripe, or no secret for its webhooks"),
    ),
    security(()))]
pub(super) async fn handle(
    State(app): State<App>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Answer<Json<Heard>> {
    let stripe = app.gateways.stripe();
    let heard = stripe.and_then(|stripe| stripe.hear(&headers, &body, app.clock.now()));
    telling::hear(&app, PaymentMethod::Stripe, heard).await
}
