//! What the handlers, consumers and jobs of this service share.

use std::sync::Arc;

use revcart_http_edge::client::Peers;
use revcart_persistence::Database;
use revcart_runtime::Clock;

use crate::config::Config;
use crate::followers::Followers;

/// Cheap to clone; all clones are the same.
#[derive(Clone)]
pub(crate) struct App {
    /// How it works.
    pub(crate) config: Arc<Config>,
    /// What it keeps.
    pub(crate) database: Database,
    /// Whom it asks.
    pub(crate) peers: Peers,
    /// The time.
    pub(crate) clock: Clock,
    /// Who waits for which order.
    pub(crate) followers: Followers,
}

impl App {
    /// Puts it together.
    pub(crate) fn new(config: Config, database: Database, peers: Peers, clock: Clock) -> App {
        App {
            followers: Followers::new(config.most_waiting),
            config: Arc::new(config),
            database,
            peers,
            clock,
        }
    }
}
