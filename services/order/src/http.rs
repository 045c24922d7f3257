//! The edge: parses, asks the domain and the store, answers.

mod body;
mod by_number;
mod cancel;
mod checkout;
mod invoice;
mod list;
mod ops;
mod reorder;
mod set_status;
mod settling;
mod show;
mod status;
mod telling;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::trace;

/// Every route of this service, with what its document says of it.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(checkout::handle))
        .routes(routes!(checkout::guest::handle))
        .routes(routes!(list::own))
        .routes(routes!(list::all))
        .routes(routes!(list::of_anybody))
        .routes(routes!(by_number::handle))
        .routes(routes!(show::handle))
        .routes(routes!(invoice::handle))
        .routes(routes!(reorder::handle))
        .routes(routes!(cancel::handle))
        .routes(routes!(status::handle, set_status::handle))
        .routes(routes!(ops::list::handle))
        .routes(routes!(ops::show::handle))
        .routes(routes!(ops::intervene::retry))
        .routes(routes!(ops::intervene::skip))
        .routes(routes!(ops::intervene::compensate))
        .routes(routes!(ops::intervene::force_forward))
        .route(
            "/internal/trace/{orderId}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
}

/// The same, to be served.
pub(crate) fn routes(app: App) -> Router {
    table().split_for_parts().0.with_state(app)
}
