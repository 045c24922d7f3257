//! The routes of the payment service: one file per endpoint, each with its request, its answer and its handler.

mod answers;
mod capture_payment;
mod initiate_payment;
mod list_history;
mod list_methods;
mod press_button;
mod problems;
mod refund_payment;
mod rules;
mod show_payment;
mod verify_payment;
mod which;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::trace;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/payments/initiate", post(initiate_payment::handle))
        .route("/api/payments/capture", post(capture_payment::handle))
        .route("/api/payments/verify", post(verify_payment::handle))
        .route("/api/payments/refund", post(refund_payment::handle))
        .route("/api/payments/dummy", post(press_button::handle))
        .route("/api/payments/history", get(list_history::handle))
        .route("/api/payments/methods", get(list_methods::handle))
        .route("/api/payments/{id}", get(show_payment::by_id))
        .route("/api/payments/order/{id}", get(show_payment::of_order))
        .route(
            "/internal/trace/{id}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
        .with_state(app)
}
