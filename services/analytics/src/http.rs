//! The routes of the analytics service: one file per endpoint, each with its request, its answer and its handler. All are for
//! admins, but the one by which other services tell something.

mod abandonment;
mod answers;
mod cohorts;
mod dashboard;
mod funnel;
mod periods;
mod problems;
mod rebuild;
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
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The table of routes.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(dashboard::handle))
        .routes(routes!(sales::handle))
        .routes(routes!(revenue::handle))
        .routes(routes!(abandonment::handle))
        .routes(routes!(funnel::handle))
        .routes(routes!(top_products::handle))
        .routes(routes!(user_activity::handle))
        .routes(routes!(cohorts::handle))
        .routes(routes!(report::handle))
        .routes(routes!(stream::handle))
        .routes(routes!(track::handle))
        .routes(routes!(rebuild::start, rebuild::show))
        .routes(routes!(timeline::handle))
}

/// The routes, ready to serve.
pub(crate) fn routes(app: App) -> Router {
    table().split_for_parts().0.with_state(app)
}
