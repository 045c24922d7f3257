//! What handlers and jobs stand on. The only place that builds adapters.

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::host::Adapters;
use revcart_persistence::Database;
use revcart_runtime::Clock;

use crate::config::Config;
use crate::keys::Keys;
use crate::one_time_code::Pepper;
use crate::passwords::Passwords;

/// Shared by everything that runs in this service; cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// What an [`App`] gives access to.
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) passwords: Passwords,
    pub(crate) keys: Keys,
    pub(crate) pepper: Pepper,
}

impl App {
    pub(crate) async fn new(config: Config, adapters: &Adapters) -> anyhow::Result<Self> {
        let Adapters {
            database, clock, ..
        } = adapters.clone();
        let passwords = Passwords::new(config.password_cost, config.password_hashers)?
            .counted_by(config.hashes.clone());
        let keys = Keys::load_or_make(&database, &clock).await?;
        let pepper = Pepper::load_or_make(&database, config.code_pepper.as_ref()).await?;
        Ok(Self(Arc::new(Parts {
            config,
            database,
            clock,
            passwords,
            keys,
            pepper,
        })))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
