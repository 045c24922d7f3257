//! The routes of the delivery service: one file per endpoint, each with its request, its answer and its handler.

use axum::Router;

use crate::app::App;

/// The table of routes.
pub(crate) fn routes(_app: App) -> Router {
    Router::new()
}
