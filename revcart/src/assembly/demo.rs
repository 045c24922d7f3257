//! Something to look at on a first start: a catalogue, agents, logins. Each part is seeded once, into an empty database.

use revcart_http_edge::host::Service;
use revcart_runtime::Environment;
use shared_events::Service as Name;

/// Seeds what is missing; `false` if everything was there.
pub(super) async fn seed(services: &[Service], env: &Environment) -> anyhow::Result<bool> {
    let mut seeded = false;
    for service in services {
        let adapters = &service.adapters;
        let database = &adapters.database;
        seeded |= match service.name {
            Name::User => {
                user_service::demo::seed(
                    &user_service::Config::from_env(env)?,
                    database,
                    &adapters.clock,
                )
                .await?
            }
            Name::Product => {
                product_service::demo::seed(&product_service::Config::from_env(env)?, database)
                    .await?
                    > 0
            }
            Name::Delivery => {
                delivery_service::demo::seed(database, user_service::demo::AGENT).await?
            }
            Name::Cart | Name::Order | Name::Payment | Name::Notification | Name::Analytics => {
                false
            }
        };
    }
    Ok(seeded)
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
