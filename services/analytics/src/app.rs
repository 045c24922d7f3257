//! What handlers, consumers and jobs work with: settings, the database, the other services, and who follows the log.

mod followers;
mod labels;

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::client::Peers;
use revcart_http_edge::host::{Adapters, Wake};
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::Clock;

use crate::config::Config;
use crate::domain::entry::Entry;
use crate::domain::tally::Tally;
use crate::store::{self, events};

pub(crate) use followers::{Follower, Followers};
pub(crate) use labels::Labels;

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
    pub(crate) labels: Labels,
    /// Wakes the job that counts figures anew.
    pub(crate) rebuild: Wake,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> Self {
        Self(Arc::new(Parts {
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            peers: adapters.peers.clone(),
            followers: Followers::new(config.streams, &adapters.shared),
            labels: Labels::default(),
            rebuild: Wake::default(),
            config,
        }))
    }

    /// Adds to the log, and tells those who follow it once that is committed.
    pub(crate) async fn append(
        &self,
        unit: &mut UnitOfWork,
        entries: Vec<Entry>,
    ) -> Result<(), store::Error> {
        events::append(unit, entries).await?;
        let app = self.clone();
        unit.after_commit(move || app.followers.tell());
        Ok(())
    }

    /// Adds to the figures.
    pub(crate) async fn add(
        &self,
        unit: &mut UnitOfWork,
        tally: Tally,
    ) -> Result<(), store::Error> {
        let additions = tally.finish();
        let labels = self.labels.unknown(&additions.labels);
        store::save(unit, additions, &labels).await?;
        if !labels.is_empty() {
            let app = self.clone();
            unit.after_commit(move || app.labels.remember(labels));
        }
        Ok(())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
