//! The cart service: what shoppers mean to buy, at which price they have seen it.
//!
//! Reading order, the same in every service: [`config`] (settings), `app` (what handlers work with), [`domain`] (rules,
//! pure), `store` (tables, queries and the cache in front of them), `catalogue` (what is asked of product-service), `http`
//! (routes), `consumers` (messages), `jobs` (timers).
//!
//! A cart promises nothing: stock is reserved and prices are fixed when an order is placed.

mod app;
mod catalogue;
pub mod config;
mod consumers;
pub mod domain;
mod http;
mod jobs;
mod store;

use revcart_http_edge::host::{Adapters, Service};
use revcart_http_edge::openapi;

pub use config::{Config, SETTINGS};
pub use store::Migrator;

/// The service's `OpenAPI` document.
#[must_use]
pub fn api() -> utoipa::openapi::OpenApi {
    openapi::complete(shared_events::Service::Cart, http::table().into_openapi())
}

/// Builds the service on a database that has been migrated. Nothing runs before [`Service::start`].
///
/// # Errors
/// When the schema of the database is not the one this program needs; the error says what to run.
pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Service> {
    adapters.database.check_schema::<Migrator>().await?;
    let app = app::App::new(config, &adapters);
    Ok(Service {
        name: shared_events::Service::Cart,
        routes: http::routes(app.clone()),
        consumers: consumers::all(&app, &adapters),
        jobs: jobs::all(&app),
        adapters,
    })
}
