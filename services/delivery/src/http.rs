//! The routes of the delivery service: one file per endpoint, each with its request, its answer and its handler.

mod access;
mod answers;
mod assign_order;
mod create_agent;
mod list_agents;
mod list_orders;
mod problems;
mod report_location;
mod rules;
mod set_status;
mod show_delivery;
mod track_order;
mod update_agent;

use axum::Router;
use axum::routing::{get, post, put};

use crate::app::App;
use crate::trace;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/delivery/assign", post(assign_order::handle))
        .route("/api/delivery/order/{orderId}", get(show_delivery::handle))
        .route("/api/delivery/{id}/status", put(set_status::handle))
        .route("/api/delivery/tracking/{orderId}", get(track_order::handle))
        .route("/api/delivery/agent/{id}/orders", get(list_orders::handle))
        .route("/api/delivery/location", post(report_location::handle))
        .route(
            "/api/delivery/agents",
            get(list_agents::handle).post(create_agent::handle),
        )
        .route("/api/delivery/agents/{id}", put(update_agent::handle))
        .route(
            "/internal/trace/{orderId}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
        .with_state(app)
}
