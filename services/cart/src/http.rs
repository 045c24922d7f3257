//! The routes of the cart service: one file per endpoint, each with its request, its answer and its handler. Users have
//! `/api/cart`; `carthub` is the same for guests too, who have no token; `coupons` is for the back office, `holds` for orders.

mod add_for_service;
mod add_item;
mod answers;
mod apply_coupon;
mod carthub;
mod change_item;
mod clear_cart;
mod count_items;
mod coupons;
mod customer;
mod holds;
mod merge_carts;
mod place;
mod problems;
mod remove_coupon;
mod remove_item;
mod show_cart;
mod show_to_service;
mod validate_cart;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The table of routes, with what the document says of them.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show_cart::handle))
        .routes(routes!(add_item::handle))
        .routes(routes!(change_item::handle, remove_item::handle))
        .routes(routes!(clear_cart::handle))
        .routes(routes!(count_items::handle))
        .routes(routes!(merge_carts::handle))
        .routes(routes!(apply_coupon::handle, remove_coupon::handle))
        .routes(routes!(validate_cart::handle))
        .routes(routes!(carthub::show::handle, carthub::clear::handle))
        .routes(routes!(carthub::add_item::handle))
        .routes(routes!(
            carthub::change_item::handle,
            carthub::remove_item::handle
        ))
        .routes(routes!(
            carthub::apply_coupon::handle,
            carthub::remove_coupon::handle
        ))
        .routes(routes!(carthub::check_out::handle))
        .routes(routes!(coupons::create::handle, coupons::list::handle))
        .routes(routes!(
            coupons::show::handle,
            coupons::change::handle,
            coupons::delete::handle
        ))
        .routes(routes!(show_to_service::handle))
        .routes(routes!(add_for_service::handle))
        .routes(routes!(holds::take::handle, holds::give_back::handle))
}

/// The same, to be served.
pub(crate) fn routes(app: App) -> Router {
    table().split_for_parts().0.with_state(app)
}
