//! What handlers, consumers and jobs work with: settings, the database, the other services, and who follows the log.

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::client::Peers;
use revcart_http_edge::host::Adapters;
use revcart_persistence::Database;
use revcart_runtime::Clock;

use crate::config::Config;

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    pub(crate) peers: Peers,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> Self {
        Self(Arc::new(Parts {
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            peers: adapters.peers.clone(),
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
