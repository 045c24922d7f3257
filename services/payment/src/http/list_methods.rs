//! `GET /api/payments/methods`: the ways to pay that this shop has.

use axum::extract::State;
use revcart_http_edge::Json;
use serde::Serialize;
use shared_events::PaymentMethod;
use utoipa::ToSchema;

use crate::app::App;

/// The ways to pay, in the order in which to show them.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentMethods)]
pub(super) struct Methods {
    items: Vec<Method>,
}

/// A way to pay.
#[derive(Serialize, ToSchema)]
#[schema(as = WayToPay)]
#[serde(rename_all = "camelCase")]
struct Method {
    method: PaymentMethod,
    /// What shoppers read.
    title: &'static str,
    /// By which the gateway's own form names the shop, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
}

/// The ways to pay
///
/// A gateway without keys is not among them.
#[utoipa::path(get, path = "/api/payments/methods",
    responses((status = 200, body = Methods, description = "The ways to pay")),
    security(()))]
pub(super) async fn handle(State(app): State<App>) -> Json<Methods> {
    let method = |method: &PaymentMethod| Method {
        method: *method,
        title: title(*method),
        public_key: app.gateways.public_key(*method).map(str::to_owned),
    };
    Json(Methods {
        items: app.gateways.methods().iter().map(method).collect(),
    })
}

fn title(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cod => "Cash on delivery",
        PaymentMethod::Dummy => "Test payment",
        PaymentMethod::Stripe => "Card (Stripe)",
        PaymentMethod::Razorpay => "Card, UPI or wallet (Razorpay)",
    }
}
