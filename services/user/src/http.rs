//! The routes of the user service: one file per endpoint, each with its request, its answer and its handler.

mod add_address;
mod address_body;
mod answers;
mod change_address;
mod change_password;
mod change_profile;
mod list_accounts;
mod list_addresses;
mod login;
mod logout;
mod problems;
mod publish_keys;
mod refresh;
mod register;
mod remove_address;
mod rules;
mod set_role;
mod set_status;
mod show_account;
mod show_checkout_profile;
mod show_profile;
mod standing;
mod validate_token;

use axum::Router;
use axum::routing::{get, post, put};

use crate::app::App;

/// The table of routes.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/users/register", post(register::handle))
        .route("/api/users/login", post(login::handle))
        .route("/api/users/refresh", post(refresh::handle))
        .route("/api/users/logout", post(logout::handle))
        .route(
            "/api/users/profile",
            get(show_profile::handle).put(change_profile::handle),
        )
        .route("/api/users/password", put(change_password::handle))
        .route(
            "/api/users/addresses",
            post(add_address::handle).get(list_addresses::handle),
        )
        .route(
            "/api/users/addresses/{id}",
            put(change_address::handle).delete(remove_address::handle),
        )
        .route("/api/users/validate-token", post(validate_token::handle))
        .route("/api/users", get(list_accounts::handle))
        .route("/api/users/{id}", get(show_account::handle))
        .route("/api/users/{id}/role", put(set_role::handle))
        .route("/api/users/{id}/status", put(set_status::handle))
        .route(
            "/api/users/{id}/checkout-profile",
            get(show_checkout_profile::handle),
        )
        .route("/.well-known/jwks.json", get(publish_keys::handle))
        .with_state(app)
}
