//! The routes of the notification service: one file per endpoint, each with its request, its answer and its handler.

mod answers;
mod change_preferences;
mod delete_notification;
mod list_notifications;
mod list_unread;
mod mark_read;
mod send;
mod show_preferences;
mod unsubscribe;
mod watch;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::trace;

/// The table of routes.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications::handle))
        .routes(routes!(list_unread::handle))
        .routes(routes!(mark_read::handle))
        .routes(routes!(delete_notification::handle))
        .routes(routes!(
            show_preferences::handle,
            change_preferences::handle
        ))
        .routes(routes!(unsubscribe::show, unsubscribe::confirm))
        .routes(routes!(send::handle))
        .routes(routes!(watch::handle))
        .route(
            "/internal/trace/{id}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
}

/// The same, ready to be served.
pub(crate) fn routes(app: App) -> Router {
    table().split_for_parts().0.with_state(app)
}
