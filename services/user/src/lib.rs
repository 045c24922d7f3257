//! user-service: accounts, sign-in, address books, and the keys by which everybody else checks who asks.
//!
//! Reading order: [`config`] (settings), `app` (what handlers stand on), [`domain`] (rules, pure), `store` (every query),
//! `passwords`, `one_time_code`, `refresh_token` and `keys` (the cryptography), `http` (routes), `consumers`, `jobs`, [`demo`] (the logins
//! that `revcart up` seeds).
//!
//! Passwords, refresh tokens and private keys never leave this crate: not in messages, not in logs, not in answers. One-time
//! codes leave it in one way only, the command that has them mailed.

mod app;
pub mod config;
mod consumers;
pub mod demo;
pub mod domain;
mod http;
mod jobs;
mod keys;
mod one_time_code;
mod passwords;
mod refresh_token;
mod store;

use revcart_http_edge::host::{Adapters, Service};

pub use config::{Config, SETTINGS};
pub use store::Migrator;

/// The service's OpenAPI document.
#[must_use]
pub fn api() -> utoipa::openapi::OpenApi {
    revcart_http_edge::openapi::complete(shared_events::Service::User, http::table().into_openapi())
}

/// Builds the service on its adapters. The database must have been migrated; the first start makes the signing key.
///
/// # Errors
/// What keeps it from starting: a schema of another version, a key that cannot be read.
pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Service> {
    adapters.database.check_schema::<Migrator>().await?;
    let app = app::App::new(config, &adapters).await?;
    Ok(Service {
        name: shared_events::Service::User,
        routes: http::routes(app.clone()),
        consumers: consumers::all(&adapters),
        jobs: jobs::all(&app),
        adapters,
    })
}
