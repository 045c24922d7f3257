//! What the replicas of a service have in common: counters of rate limits, carts at hand, news for those who follow something.
//!
//! It lies in this process, which then must be the only replica, or in Redis. Nothing that is right or wrong depends on it:
//! everything here may be lost at any moment, and whoever asks gets [`Away`] soon enough to do without it ([`Connection`] says
//! how soon). Reading order: [`Connection`] (commands), [`topic`] (news from replica to replica).

mod connection;
mod listening;
mod presence;
mod publishing;
#[doc(hidden)]
pub mod testing;
pub mod topic;

use std::sync::Arc;

use revcart_messaging::sqs::RESOURCE_PREFIX;
use revcart_runtime::{ConfigError, Environment, Secret, Setting, Shutdown, Tasks};

pub use connection::{Away, Connection};
pub use redis::Script;
pub use topic::{Heard, Topic};

use topic::Topics;

/// Where Redis is.
pub const REDIS_URL: Setting = Setting {
    name: "REVCART_REDIS_URL",
    default: None,
    meaning: "what replicas of a service share (carts at hand, rate limits, live news): redis://[user:password@]host:port[/db], \
              rediss:// for TLS; unset, each process keeps its own and must be the only replica",
    secret: true,
};
/// Every setting of this module.
pub const SETTINGS: &[Setting] = &[REDIS_URL];

/// Where the replicas of a service have it. Clones are the same.
#[derive(Debug, Clone, Default)]
pub enum Shared {
    /// In this process, which is the only one.
    #[default]
    Memory,
    /// In Redis, for all of them.
    Redis(Redis),
}

/// A Redis that is shared with other processes.
#[derive(Debug, Clone)]
pub struct Redis {
    connection: Arc<Connection>,
    topics: Arc<Topics>,
}

/// Why Redis cannot be used from the start; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Nobody answers there, or it is no Redis.
    #[error(
        "REVCART_REDIS_URL names {address}, where no Redis answers ({problem}): start it or correct the address, \
         or unset the setting to run one process only"
    )]
    Unreachable {
        /// Host and port.
        address: String,
        /// What happened.
        problem: String,
    },
    /// It answers and lets us not in.
    #[error(
        "REVCART_REDIS_URL names {address}, which refuses this user and password ({problem}): correct them in the setting"
    )]
    Refused {
        /// Host and port.
        address: String,
        /// What Redis says.
        problem: String,
    },
}

impl Shared {
    /// As [`REDIS_URL`] says; keys begin with `revcart:<prefix>:`, the prefix being `REVCART_RESOURCE_PREFIX`.
    ///
    /// # Errors
    /// When Redis cannot be used; the error names the setting and says what to do.
    pub async fn from_env(env: &Environment) -> Result<Self, Error> {
        match env.optional_secret(&REDIS_URL)? {
            None => Ok(Self::Memory),
            Some(url) => {
                let prefix = env.optional_text(&RESOURCE_PREFIX)?.unwrap_or_default();
                Self::redis(&url, &prefix).await
            }
        }
    }

    /// In the Redis at `url`; its keys begin with `revcart:<prefix>:`.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn redis(url: &Secret, prefix: &str) -> Result<Self, Error> {
        let connection = Arc::new(Connection::open(url, prefix).await?);
        Ok(Self::Redis(Redis {
            connection,
            topics: Arc::default(),
        }))
    }

    /// The connection, if it is in Redis.
    pub fn connection(&self) -> Option<&Arc<Connection>> {
        match self {
            Self::Memory => None,
            Self::Redis(redis) => Some(&redis.connection),
        }
    }

    /// Starts passing news on and hearing it, once per process however often it is called.
    pub fn start(&self, tasks: &Tasks, shutdown: &Shutdown) {
        let Self::Redis(Redis { connection, topics }) = self else {
            return;
        };
        if !topics.begin() {
            return;
        }
        let (to, from, until) = (Arc::clone(connection), Arc::clone(topics), shutdown.clone());
        tasks.spawn("publish news", async move {
            publishing::run(&to, &from, &until).await;
        });
        let (from, to, until) = (Arc::clone(connection), Arc::clone(topics), shutdown.clone());
        tasks.spawn("hear news", async move {
            listening::run(&from, &to, &until).await;
        });
    }
}
