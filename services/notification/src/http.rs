//! The routes of the notification service: one file per endpoint, each with its request, its answer and its handler.

mod answers;
mod delete_notification;
mod list_notifications;
mod list_unread;
mod mark_read;
mod watch;

use axum::Router;
use axum::routing::{delete, get, put};

use crate::app::App;
use crate::trace;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/notifications", get(list_notifications::handle))
        .route("/api/notifications/unread", get(list_unread::handle))
        .route("/api/notifications/{id}/read", put(mark_read::handle))
        .route(
            "/api/notifications/{id}",
            delete(delete_notification::handle),
        )
        .route("/ws/notifications", get(watch::handle))
        .route(
            "/internal/trace/{id}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
        .with_state(app)
}
