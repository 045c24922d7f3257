//! The product service: what is sold, what it costs, how many there are, and who has been promised some of them.
//!
//! Reading order, the same in every service: [`config`] (settings), `app` (what handlers work with), [`domain`] (rules,
//! pure), `store` (tables and queries), `http` (routes), `consumers` (messages), `jobs` (timers). Beside them: `images` (pictures of products), [`audit`] and
//! [`trace`] (facts for operators), [`demo`] (a catalogue to try things out with).
//!
//! It obeys `ReserveStock` and `ReleaseStock` and knows nothing of the saga that sends them.

mod app;
pub mod audit;
pub mod config;
mod consumers;
pub mod demo;
pub mod domain;
mod http;
mod images;
mod jobs;
mod store;
pub mod trace;

use revcart_http_edge::host::{Adapters, Service};

pub use config::{Config, SETTINGS};
pub use store::{Error, Migrator};

/// The service's OpenAPI document.
#[must_use]
pub fn api() -> utoipa::openapi::OpenApi {
    let table = http::table().into_openapi();
    revcart_http_edge::openapi::complete(shared_events::Service::Product, table)
}

/// Builds the service on a database that has been migrated. Nothing runs before [`Service::start`].
///
/// # Errors
/// When the schema of the database is not the one this program needs; the error says what to run.
pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Service> {
    adapters.database.check_schema::<Migrator>().await?;
    let app = app::App::new(config, &adapters)?;
    Ok(Service {
        name: shared_events::Service::Product,
        routes: http::routes(app.clone()),
        consumers: consumers::all(&app, &adapters),
        jobs: jobs::all(&app),
        adapters,
    })
}
