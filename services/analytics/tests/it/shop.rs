//! What most tests begin with: the service, and the events of an order.

use analytics_service::{Config, Migrator};
use revcart_testkit::{Fixture, TestService};
use shared_events::Service;

/// The service on an empty database.
pub(crate) async fn open() -> TestService {
    Fixture::new::<Migrator>(Service::Analytics)
        .start(|adapters| analytics_service::build(Config::for_testing(), adapters))
        .await
}
