//! Orders, checkout, and the order saga's persistence.
//!
//! Reading order: [`config`], `app` (what everything shares), [`domain`] (orders, prices, what a checkout agrees on),
//! `store` (orders, sagas, timers, logs), `case` (an order with its saga: load, tell, save), `clients` (what a checkout
//! asks others), `order_ids`, `followers` (who waits for which order), `invoices` (as pages), `http`, `consumers`, `jobs`,
//! `measures`; [`audit`],
//! [`sagas`] and [`trace`] are read by operators; [`seeding`] is for trials with many orders.
//!
//! The saga itself is pure and lives in the `saga` crate; this service keeps it and moves its messages.

mod app;
pub mod audit;
mod case;
mod clients;
pub mod config;
mod consumers;
pub mod domain;
mod followers;
mod http;
mod invoices;
mod jobs;
mod measures;
mod order_ids;
pub mod sagas;
pub mod seeding;
mod store;
pub mod trace;

pub use config::{Config, SETTINGS};
pub use store::Migrator;

use revcart_http_edge::host::{Adapters, Service};

/// The service's OpenAPI document.
pub fn api() -> utoipa::openapi::OpenApi {
    let routes = http::table().into_openapi();
    revcart_http_edge::openapi::complete(shared_events::Service::Order, routes)
}

/// Builds the service on what it is given; nothing runs yet.
///
/// # Errors
/// When the database has another schema than this program.
pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Service> {
    adapters.database.check_schema::<Migrator>().await?;
    let app = app::App::new(config, &adapters);
    Ok(Service {
        name: shared_events::Service::Order,
        routes: http::routes(app.clone()),
        consumers: consumers::all(&app, &adapters),
        jobs: jobs::all(&app),
        adapters,
    })
}
