//! The routes of the delivery service: one file per endpoint, each with its request, its answer and its handler.

mod access;
mod answers;
mod assign_order;
mod create_agent;
mod draw_zone;
mod erase_zone;
mod list_agents;
mod list_deliveries;
mod list_orders;
mod list_zones;
mod locate_delivery;
mod plan_shifts;
mod problems;
mod redraw_zone;
mod report_location;
mod rules;
mod set_duty;
mod set_status;
mod show_agent;
mod show_delivery;
mod show_zone;
mod suggest_route;
mod track_order;
mod update_agent;
mod watch_tracking;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::trace;

/// The table of routes, with what they say of themselves.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_deliveries::handle))
        .routes(routes!(assign_order::handle))
        .routes(routes!(show_delivery::handle))
        .routes(routes!(track_order::handle))
        .routes(routes!(watch_tracking::handle))
        .routes(routes!(set_status::handle))
        .routes(routes!(locate_delivery::handle))
        .routes(routes!(show_agent::handle))
        .routes(routes!(set_duty::handle))
        .routes(routes!(list_orders::handle))
        .routes(routes!(suggest_route::handle))
        .routes(routes!(report_location::handle))
        .routes(routes!(list_agents::handle, create_agent::handle))
        .routes(routes!(update_agent::handle))
        .routes(routes!(plan_shifts::handle))
        .routes(routes!(list_zones::handle, draw_zone::handle))
        .routes(routes!(
            show_zone::handle,
            redraw_zone::handle,
            erase_zone::handle
        ))
        .route(
            "/internal/trace/{orderId}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
}

/// The routes.
pub(crate) fn routes(app: App) -> Router {
    table().split_for_parts().0.with_state(app)
}
