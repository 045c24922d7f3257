//! The notification service: tells people what happened to their orders and accounts, by mail, in the shop's list of
//! notifications and live over WebSocket.
//!
//! Reading order, the same in every service: [`config`] (settings), `app` (what handlers work with), [`domain`] (what
//! people are told, and how it is worded), `store` (tables and queries), `http` (routes), `consumers` (messages),
//! `jobs` (sending mail). Beside them: `couriers` (by whom mails and messages go), [`preview`] (letters to look at), [`trace`]
//! (facts for operators).
//!
//! It decides nothing about orders: it listens. A mail may go out twice after a crash; it is never lost.

mod app;
pub mod config;
mod consumers;
mod couriers;
pub mod domain;
mod http;
mod jobs;
pub mod preview;
mod store;
pub mod trace;

use revcart_http_edge::host::{Adapters, Service};

pub use config::{Config, SETTINGS};
pub use store::{Error, Migrator};

/// The service's OpenAPI document.
#[must_use]
pub fn api() -> utoipa::openapi::OpenApi {
    revcart_http_edge::openapi::complete(
        shared_events::Service::Notification,
        http::table().into_openapi(),
    )
}

/// Builds the service on a database that has been migrated. Nothing runs before [`Service::start`].
///
/// # Errors
/// When the schema is not the one this program needs, or the mail folder cannot be made.
pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Service> {
    adapters.database.check_schema::<Migrator>().await?;
    let app = app::App::new(config, &adapters).await?;
    Ok(Service {
        name: shared_events::Service::Notification,
        routes: http::routes(app.clone()),
        consumers: consumers::all(&app, &adapters),
        jobs: jobs::all(&app),
        adapters,
    })
}
