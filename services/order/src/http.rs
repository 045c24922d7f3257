//! The edge: parses, asks the domain and the store, answers.

mod body;
mod cancel;
mod checkout;
mod list;
mod ops;
mod set_status;
mod settling;
mod show;
mod status;
mod telling;

use axum::Router;
use axum::routing::{get, post, put};

use crate::app::App;
use crate::trace;

/// Every route of this service.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/orders/checkout", post(checkout::handle))
        .route("/api/orders", get(list::own))
        .route("/api/orders/{id}", get(show::handle))
        .route("/api/orders/{id}/cancel", put(cancel::handle))
        .route(
            "/api/orders/{id}/status",
            get(status::handle).put(set_status::handle),
        )
        .route("/api/orders/user/{userId}", get(list::of_anybody))
        .route("/api/ops/sagas", get(ops::list::handle))
        .route("/api/ops/sagas/{orderId}", get(ops::show::handle))
        .route(
            "/api/ops/sagas/{orderId}/retry",
            post(ops::intervene::retry),
        )
        .route("/api/ops/sagas/{orderId}/skip", post(ops::intervene::skip))
        .route(
            "/api/ops/sagas/{orderId}/compensate",
            post(ops::intervene::compensate),
        )
        .route(
            "/api/ops/sagas/{orderId}/force-forward",
            post(ops::intervene::force_forward),
        )
        .route(
            "/internal/trace/{orderId}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
        .with_state(app)
}
