//! The routes of the product service: one file per endpoint, each with its request, its answer and its handler. Routes that
//! are open to everybody take [`revcart_http_edge::MaybeIdentity`] all the same: who sends a token sends a valid one.

mod adjust_stock;
mod answers;
mod batch_products;
mod category_products;
mod create_category;
mod create_product;
mod delete_product;
mod list_categories;
mod list_movements;
mod list_products;
mod problems;
mod release_stock;
mod reserve_stock;
mod rules;
mod search_products;
mod show_inventory;
mod show_product;
mod show_stock;
mod update_category;
mod update_product;

use axum::Router;
use axum::routing::{get, post, put};

use crate::app::App;
use crate::trace;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route(
            "/api/products",
            get(list_products::handle).post(create_product::handle),
        )
        .route("/api/products/search", get(search_products::handle))
        .route("/api/products/batch", get(batch_products::handle))
        .route(
            "/api/products/category/{slug}",
            get(category_products::handle),
        )
        .route(
            "/api/products/{productId}",
            get(show_product::handle)
                .put(update_product::handle)
                .delete(delete_product::handle),
        )
        .route("/api/products/{productId}/stock", get(show_stock::handle))
        .route("/api/products/stock/reserve", put(reserve_stock::handle))
        .route("/api/products/stock/release", put(release_stock::handle))
        .route(
            "/api/categories",
            get(list_categories::handle).post(create_category::handle),
        )
        .route("/api/categories/{categoryId}", put(update_category::handle))
        .route("/api/inventory/adjustments", post(adjust_stock::handle))
        .route("/api/inventory/{productId}", get(show_inventory::handle))
        .route(
            "/api/inventory/{productId}/movements",
            get(list_movements::handle),
        )
        .route(
            "/internal/trace/{orderId}",
            revcart_http_edge::trace::route(|app: App, order| async move {
                trace::of_order(&app.database, order).await
            }),
        )
        .with_state(app)
}
