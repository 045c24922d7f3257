//! The routes of the payment service: one file per endpoint, each with its request, its answer and its handler.

mod answers;
mod list_methods;
mod problems;
mod show_payment;
mod trace_order;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/payments/methods", get(list_methods::handle))
        .route("/api/payments/{id}", get(show_payment::by_id))
        .route("/api/payments/order/{id}", get(show_payment::of_order))
        .route("/internal/trace/{id}", get(trace_order::handle))
        .with_state(app)
}
