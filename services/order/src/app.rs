//! What handlers, consumers and jobs work with: settings, the database, the other services, and who waits for which order.

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::client::Peers;
use revcart_http_edge::host::{Adapters, Wake};
use revcart_persistence::Database;
use revcart_runtime::Clock;

use crate::config::Config;
use crate::followers::Followers;
use crate::invoices::Invoices;
use crate::order_ids::OrderIds;

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    pub(crate) peers: Peers,
    pub(crate) followers: Followers,
    pub(crate) ids: OrderIds,
    pub(crate) invoices: Invoices,
    /// Has the look at what other replicas have committed come at once.
    pub(crate) look: Wake,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> App {
        let look = Wake::default();
        App(Arc::new(Parts {
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            peers: adapters.peers.clone(),
            followers: Followers::across(
                config.most_waiting,
                &adapters.shared,
                "orders",
                look.clone(),
            ),
            ids: OrderIds::new(),
            invoices: Invoices::new(),
            look,
            config,
        }))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
