//! The payment service: the money of orders, taken and given back through gateways.
//!
//! Reading order, the same in every service: [`config`] (settings), `app` (what handlers work with), [`domain`] (rules,
//! pure), `store` (tables and queries), `http` (routes), `consumers` (messages), `jobs` (timers). Its own are
//! `gateways` (who takes money) and `executor` (who asks them, outside every transaction). Beside them: [`audit`] and
//! [`trace`] (facts for operators).
//!
//! It obeys `RequestPayment` and `RefundPayment` and knows nothing of the saga that sends them.

mod app;
pub mod audit;
pub mod config;
mod consumers;
pub mod domain;
mod executor;
mod gateways;
mod http;
mod jobs;
mod store;
pub mod trace;

use revcart_http_edge::host::{Adapters, Service};
use revcart_http_edge::openapi;

pub use config::{Config, RazorpayConfig, SETTINGS, StripeConfig};
pub use store::{Error, Migrator};

/// The service's OpenAPI document.
#[must_use]
pub fn api() -> utoipa::openapi::OpenApi {
    openapi::complete(
        shared_events::Service::Payment,
        http::table().into_openapi(),
    )
}

/// Builds the service on a database that has been migrated. Nothing runs before [`Service::start`].
///
/// # Errors
/// When the schema of the database is not the one this program needs; the error says what to run.
pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Service> {
    adapters.database.check_schema::<Migrator>().await?;
    let app = app::App::new(config, &adapters);
    Ok(Service {
        name: shared_events::Service::Payment,
        routes: http::routes(app.clone()),
        consumers: consumers::all(&app, &adapters),
        jobs: jobs::all(&app),
        adapters,
    })
}
