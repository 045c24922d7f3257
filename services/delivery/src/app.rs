//! What handlers, consumers and jobs work with: settings, the database, and who waits for what.

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::Verifier;
use revcart_http_edge::client::Peer;
use revcart_http_edge::host::{Adapters, Wake};
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::Clock;
use shared_events::{AgentId, OrderId, Service};

use crate::config::Config;
use crate::domain::agent::Location;
use crate::domain::map::Map;
use crate::domain::shift::LocalTime;
use crate::followers::Followers;
use crate::store::deliveries::Record;
use crate::store::zones::{self, Drawing};
use crate::store::{self, dispatch::Dispatch};

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    /// Checks tokens that do not come in a header.
    pub(crate) verifier: Verifier,
    /// Knows whose order it is.
    pub(crate) orders: Peer,
    /// Has the search for agents go on at once: somebody is free.
    pub(crate) search: Wake,
    pub(crate) followers: Followers,
    /// Has the look at what other replicas have committed come at once.
    pub(crate) look: Wake,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> Self {
        let look = Wake::default();
        Self(Arc::new(Parts {
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            verifier: adapters.verifier.clone(),
            orders: adapters.peers.peer(Service::Order),
            search: Wake::default(),
            followers: Followers::new(&adapters.shared, &look),
            look,
            config,
        }))
    }

    /// The map as this transaction sees it.
    pub(crate) async fn map_in(&self, unit: &UnitOfWork) -> Result<Map, store::Error> {
        Ok(self.map_with(&zones::load(unit).await?))
    }

    /// The map as it is.
    pub(crate) async fn map(&self) -> Result<Map, store::Error> {
        Ok(self.map_with(&zones::read(&self.database).await?))
    }

    /// The map of the settings with this drawn over it.
    pub(crate) fn map_with(&self, drawing: &Drawing) -> Map {
        let config = &self.config;
        Map::of(&config.zones, &drawing.areas, &config.places)
    }

    /// What the clock on the wall shows where agents work.
    pub(crate) fn local_time(&self) -> LocalTime {
        self.config.utc_offset.local(self.clock.now())
    }

    /// Saves what a transaction has done to deliveries and loads, and tells those who wait for it once it is committed.
    pub(crate) async fn save(
        &self,
        unit: &mut UnitOfWork,
        dispatch: Dispatch,
    ) -> Result<(), store::Error> {
        let done = dispatch.save(unit).await?;
        if done.freed {
            self.look_again(unit);
        }
        self.show_deliveries(unit, done.changed);
        Ok(())
    }

    /// Shows changed deliveries to those who follow them, here and elsewhere, once they are committed.
    fn show_deliveries(&self, unit: &mut UnitOfWork, changed: Vec<(OrderId, Record)>) {
        if changed.is_empty() {
            return;
        }
        let app = self.clone();
        unit.after_commit(move || {
            for (order, record) in changed {
                let version = record.version;
                app.followers
                    .deliveries
                    .tell(&order, version, Arc::new(record));
            }
        });
    }

    /// Shows where an agent is to those who follow them, once it is committed.
    pub(crate) fn show_location(
        &self,
        unit: &mut UnitOfWork,
        agent: AgentId,
        sequence: i64,
        location: Location,
    ) {
        let app = self.clone();
        unit.after_commit(move || app.followers.agents.tell(&agent, sequence, location));
    }

    /// Has the search for agents go on once this is committed.
    pub(crate) fn look_again(&self, unit: &mut UnitOfWork) {
        let app = self.clone();
        unit.after_commit(move || app.search.wake());
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
