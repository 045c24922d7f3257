//! The routes of the analytics service: one file per endpoint, each with its request, its answer and its handler.

use axum::Router;

use crate::app::App;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new().with_state(app)
}
