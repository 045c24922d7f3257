//! The routes of the payment service: one file per endpoint, each with its request, its answer and its handler.

mod answers;
mod capture_payment;
mod hear_razorpay;
mod hear_stripe;
mod initiate_payment;
mod list_history;
mod list_methods;
mod press_button;
mod problems;
mod refund_payment;
mod rules;
mod settle_day;
mod show_payment;
mod telling;
mod verify_payment;
mod which;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::trace;

/// The routes.
pub(crate) fn routes(app: App) -> Router {
    table().split_for_parts().0.with_state(app)
}

/// The table of routes.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(initiate_payment::handle))
        .routes(routes!(capture_payment::handle))
        .routes(routes!(verify_payment::handle))
        .routes(routes!(refund_payment::handle))
        .routes(routes!(press_button::handle))
        .routes(routes!(hear_stripe::handle))
        .routes(routes!(hear_razorpay::handle))
        .routes(routes!(list_history::handle))
        .routes(routes!(list_methods::handle))
        .routes(routes!(settle_day::handle))
        .routes(routes!(show_payment::by_id))
        .routes(routes!(show_payment::of_order))
        .route(
            "/internal/trace/{id}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
}
