//! The routes of the product service: one file per endpoint, each with its request, its answer and its handler. Routes that
//! are open to everybody take [`revcart_http_edge::MaybeIdentity`] all the same: who sends a token sends a valid one.

mod adjust_stock;
mod answers;
mod batch_products;
mod category_products;
mod category_tree;
mod change_inventory;
mod create_category;
mod create_product;
mod delete_product;
mod export_products;
mod images;
mod import_products;
mod list_categories;
mod list_low;
mod list_movements;
mod list_products;
mod problems;
mod purchases;
mod release_stock;
mod reserve_stock;
mod rules;
mod search_products;
mod sent;
mod show_inventory;
mod show_product;
mod show_stock;
mod suppliers;
mod update_category;
mod update_product;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::app::App;
use crate::trace;

/// The table of routes, and what each says of itself.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(products())
        .merge(pictures())
        .merge(categories())
        .merge(inventory())
        .merge(buying())
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

fn products() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_products::handle, create_product::handle))
        .routes(routes!(search_products::handle))
        .routes(routes!(export_products::handle))
        .routes(
            routes!(import_products::handle).layer(DefaultBodyLimit::max(import_products::LARGEST)),
        )
        .routes(routes!(batch_products::handle))
        .routes(routes!(category_products::handle))
        .routes(routes!(
            show_product::handle,
            update_product::handle,
            delete_product::handle
        ))
        .routes(routes!(show_stock::handle))
        .routes(routes!(reserve_stock::handle))
        .routes(routes!(release_stock::handle))
}

fn pictures() -> OpenApiRouter<App> {
    let largest = DefaultBodyLimit::max(images::add::LARGEST_BODY);
    OpenApiRouter::new()
        .routes(routes!(images::add::handle).layer(largest))
        .routes(routes!(images::show::handle, images::remove::handle))
}

fn categories() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_categories::handle, create_category::handle))
        .routes(routes!(category_tree::handle))
        .routes(routes!(update_category::handle))
}

fn inventory() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(adjust_stock::handle))
        .routes(routes!(list_low::handle))
        .routes(routes!(show_inventory::handle, change_inventory::handle))
        .routes(routes!(list_movements::handle))
}

fn buying() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(suppliers::list::handle, suppliers::create::handle))
        .routes(routes!(
            suppliers::show::handle,
            suppliers::update::handle,
            suppliers::delete::handle
        ))
        .routes(routes!(purchases::list::handle, purchases::propose::handle))
        .routes(routes!(purchases::show::handle))
        .routes(routes!(purchases::send::handle))
        .routes(routes!(purchases::receive::handle))
        .routes(routes!(purchases::cancel::handle))
}
