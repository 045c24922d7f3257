//! The analytics service: the log of every event there ever was, figures added up from it as it grows, and the timeline of
//! an order.
//!
//! Reading order, the same in every service: [`config`] (settings), `app` (what handlers work with), [`domain`] (what is
//! counted, pure), `store` (tables and queries), `http` (routes), `consumers` (messages), `jobs` (timers). Beside them:
//! [`events`] and [`trace`] (the log as operators read it).
//!
//! It listens to every topic unfiltered, keeps what it does not know as it came, and publishes nothing.

mod app;
pub mod config;
mod consumers;
pub mod domain;
pub mod events;
mod http;
mod jobs;
mod store;
pub mod trace;

use revcart_http_edge::host::{Adapters, Service};

pub use config::{Config, SETTINGS};
pub use store::{Error, Migrator};

/// Builds the service on a database that has been migrated. Nothing runs before [`Service::start`].
///
/// # Errors
/// When the schema of the database is not the one this program needs; the error says what to run.
pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Service> {
    adapters.database.check_schema::<Migrator>().await?;
    let app = app::App::new(config, &adapters);
    Ok(Service {
        name: shared_events::Service::Analytics,
        routes: http::routes(app.clone()),
        consumers: consumers::all(&app, &adapters),
        jobs: jobs::all(&app),
        adapters,
    })
}

/// The service's OpenAPI document.
#[must_use]
pub fn api() -> utoipa::openapi::OpenApi {
    let service = shared_events::Service::Analytics;
    revcart_http_edge::openapi::complete(service, http::table().into_openapi())
}
