//! Something to look at on a first start: a catalogue, agents, logins. Each part is seeded once, into an empty database.

use revcart_http_edge::host::Service;
use revcart_persistence::Database;
use revcart_runtime::{Clock, Environment};
use shared_events::Service as Name;

/// The services that have something to seed.
pub(super) const SEEDED: [Name; 3] = [Name::User, Name::Product, Name::Delivery];

/// Seeds what is missing of one service; `false` if everything was there.
pub(super) async fn seed(
    database: &Database,
    clock: &Clock,
    env: &Environment,
) -> anyhow::Result<bool> {
    Ok(match database.service() {
        Name::User => {
            let config = user_service::Config::from_env(env)?;
            user_service::demo::seed(&config, database, clock).await?
        }
        Name::Product => {
            let config = product_service::Config::from_env(env)?;
            product_service::demo::seed(&config, database).await? > 0
        }
        Name::Delivery => delivery_service::demo::seed(database, user_service::demo::AGENT).await?,
        Name::Cart | Name::Order | Name::Payment | Name::Notification | Name::Analytics => false,
    })
}

/// Whether the demo logins, whose password everybody knows, can be used.
pub(super) async fn logins_present(services: &[Service]) -> anyhow::Result<bool> {
    for service in services {
        if service.name == Name::User && user_service::demo::any(&service.adapters.database).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
