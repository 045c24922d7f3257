//! `GET /api/payments/methods`: the ways to pay that this shop has.

use axum::extract::State;
use revcart_http_edge::Json;
use serde::Serialize;
use shared_events::PaymentMethod;

use crate::app::App;

#[derive(Serialize)]
pub(super) struct Methods {
    items: Vec<Method>,
}

#[derive(Serialize)]
struct Method {
    method: PaymentMethod,
    title: &'static str,
}

pub(super) async fn handle(State(app): State<App>) -> Json<Methods> {
    let method = |method: &PaymentMethod| Method {
        method: *method,
        title: title(*method),
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
