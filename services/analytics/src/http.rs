//! The routes of the analytics service: one file per endpoint, each with its request, its answer and its handler. All are for
//! admins, but the one by which other services tell something.

mod answers;
mod dashboard;
mod funnel;
mod periods;
mod problems;
mod report;
mod reports;
mod revenue;
mod sales;
mod stream;
mod timeline;
mod top_products;
mod track;
mod user_activity;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/analytics/dashboard", get(dashboard::handle))
        .route("/api/analytics/sales", get(sales::handle))
        .route("/api/analytics/revenue", get(revenue::handle))
        .route("/api/analytics/funnel", get(funnel::handle))
        .route("/api/analytics/products/top", get(top_products::handle))
        .route("/api/analytics/users/activity", get(user_activity::handle))
        .route("/api/analytics/reports/{report}", get(report::handle))
        .route("/api/analytics/stream", get(stream::handle))
        .route("/api/analytics/track", post(track::handle))
        .route("/api/ops/orders/{orderId}/timeline", get(timeline::handle))
        .with_state(app)
}
