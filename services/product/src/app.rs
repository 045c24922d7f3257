//! What handlers, consumers and jobs work with: settings, the database, and what this process keeps in memory.

mod showcase;
mod views;

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::host::Adapters;
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::Clock;

use crate::config::Config;
use crate::images::{Images, files::Files};
use crate::store::{self, warehouse::Warehouse};

pub(crate) use showcase::Showcase;
pub(crate) use views::{View, Views};

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    pub(crate) showcase: Showcase,
    pub(crate) views: Views,
    pub(crate) images: Images,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> anyhow::Result<Self> {
        let files = match &config.images_bucket {
            None => Files::in_folder(&adapters.files),
            Some(bucket) => Files::in_bucket(bucket)?,
        };
        Ok(Self(Arc::new(Parts {
            images: Images::new(files),
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            showcase: Showcase::new(config.catalogue_cache, adapters.clock.clone()),
            views: Views::new(config.views_per_second),
            config,
        })))
    }

    /// Saves what a transaction has done to reservations and stock, and shows the new levels once they are committed.
    pub(crate) async fn save(
        &self,
        unit: &mut UnitOfWork,
        warehouse: Warehouse,
    ) -> Result<(), store::Error> {
        let levels = warehouse.save(unit).await?;
        if !levels.is_empty() {
            let app = self.clone();
            unit.after_commit(move || app.showcase.follow(&levels));
        }
        Ok(())
    }

    /// Shows changes to the catalogue once they are committed.
    pub(crate) fn show_changes(&self, unit: &mut UnitOfWork) {
        let app = self.clone();
        unit.after_commit(move || app.showcase.clear());
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
