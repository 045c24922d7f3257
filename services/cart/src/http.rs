//! The routes of the cart service: one file per endpoint, each with its request, its answer and its handler.

mod add_item;
mod answers;
mod change_item;
mod clear_cart;
mod count_items;
mod problems;
mod remove_item;
mod show_cart;
mod show_to_service;
mod validate_cart;

use axum::Router;
use axum::routing::{delete, get, post, put};

use crate::app::App;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/cart", get(show_cart::handle))
        .route("/api/cart/items", post(add_item::handle))
        .route(
            "/api/cart/items/{id}",
            put(change_item::handle).delete(remove_item::handle),
        )
        .route("/api/cart/clear", delete(clear_cart::handle))
        .route("/api/cart/count", get(count_items::handle))
        .route("/api/cart/validate", post(validate_cart::handle))
        .route("/internal/carts/{id}", get(show_to_service::handle))
        .with_state(app)
}
