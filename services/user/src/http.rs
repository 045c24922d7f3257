//! The routes: one table, one file per thing they are about. Handlers parse, call domain and store, answer.

mod account_view;
mod accounts;
mod addresses;
mod checkout_profile;
mod jwks;
mod login;
mod logout;
mod password;
mod profile;
mod refresh;
mod register;
mod rules;
mod tokens;
mod validate_token;

use axum::Router;
use axum::routing::{get, post, put};
use revcart_http_edge::Problem;

use crate::app::App;
use crate::passwords;

/// Every route of user-service.
pub(crate) fn routes(app: App) -> Router {
    Router::new()
        .route("/api/users/register", post(register::register))
        .route("/api/users/login", post(login::login))
        .route("/api/users/refresh", post(refresh::refresh))
        .route("/api/users/logout", post(logout::logout))
        .route(
            "/api/users/profile",
            get(profile::show).put(profile::change),
        )
        .route("/api/users/password", put(password::change))
        .route(
            "/api/users/addresses",
            post(addresses::add).get(addresses::list),
        )
        .route(
            "/api/users/addresses/{id}",
            put(addresses::change).delete(addresses::remove),
        )
        .route("/api/users/validate-token", post(validate_token::validate))
        .route("/api/users", get(accounts::list))
        .route("/api/users/{id}", get(accounts::show))
        .route("/api/users/{id}/role", put(accounts::set_role))
        .route("/api/users/{id}/status", put(accounts::set_status))
        .route(
            "/api/users/{id}/checkout-profile",
            get(checkout_profile::show),
        )
        .route("/.well-known/jwks.json", get(jwks::show))
        .with_state(app)
}

impl From<passwords::Error> for Problem {
    fn from(error: passwords::Error) -> Self {
        match error {
            passwords::Error::Busy => Self::unavailable("too many people sign in at the moment"),
            passwords::Error::Algorithm(_) => Self::internal(&error),
        }
    }
}
