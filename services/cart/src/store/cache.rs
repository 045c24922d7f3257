//! Carts kept at hand, so that showing one needs no query.
//!
//! What is at hand may be lost at any moment, which costs a query and nothing else. Where it is kept depends on who writes:
//!
//! - **One process on an embedded database** keeps carts in memory. Only commits fill it, in the order of the commits, with exactly
//!   what they stored; a reader that misses asks the database and leaves no trace. So what is here is what the database has.
//! - **Several replicas** keep them in Redis, see [`replicas`].
//! - **Several replicas without Redis** (a database on a server, and no `REVCART_REDIS_URL`) keep nothing: a process cannot know
//!   what another one has committed.

mod replicas;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache as Memory;
use revcart_http_edge::Shared;
use revcart_http_edge::host::Job;
use revcart_persistence::{Database, UnitOfWork};
use sea_orm::DbBackend;
use shared_events::CartId;

use self::replicas::Replicas;
use crate::domain::Cart;

/// How long a cart stays in Redis: the longest that an old one can be shown after everything has gone wrong.
const KEPT: Duration = Duration::from_secs(10);

/// Where carts are kept at hand. Clones share the same carts.
#[derive(Clone)]
pub(crate) enum Cache {
    /// Nowhere.
    Off,
    /// In this process, which must be the only one that writes to the database.
    Memory(Memory<CartId, Arc<Cart>>),
    /// In Redis, for all replicas.
    Replicas(Replicas),
}

impl Cache {
    /// In Redis if there is one; otherwise in memory, if this process has the database to itself, about as many carts as have
    /// `items` items together; none with 0.
    pub(crate) fn new(items: u64, shared: &Shared, database: &Database) -> Self {
        let alone = database.read().get_database_backend() == DbBackend::Sqlite;
        match shared.connection() {
            _ if items == 0 => Self::Off,
            Some(connection) => Self::Replicas(Replicas::new(connection, KEPT)),
            None if alone => Self::in_memory(items),
            None => Self::Off,
        }
    }

    fn in_memory(items: u64) -> Self {
        let weigh =
            |_: &CartId, cart: &Arc<Cart>| u32::try_from(cart.items.len() + 1).unwrap_or(u32::MAX);
        Self::Memory(Memory::builder().max_capacity(items).weigher(weigh).build())
    }

    /// The cart at hand, or what `read` finds in the database.
    pub(crate) async fn cart<E>(
        &self,
        id: CartId,
        read: impl Future<Output = Result<Option<Cart>, E>>,
    ) -> Result<Option<Arc<Cart>>, E> {
        match self {
            Self::Off => Ok(read.await?.map(Arc::new)),
            Self::Memory(memory) => match memory.get(&id) {
                Some(cart) => Ok(Some(cart)),
                None => Ok(read.await?.map(Arc::new)),
            },
            Self::Replicas(replicas) => replicas.cart(id, read).await,
        }
    }

    /// Whether a cart at hand may be older than the one in the database, if only for moments.
    pub(crate) fn may_lag(&self) -> bool {
        match self {
            Self::Off | Self::Memory(_) => false,
            Self::Replicas(_) => true,
        }
    }

    /// Has these carts be what is at hand once the commit that stores them is durable.
    pub(crate) fn keep(&self, unit: &mut UnitOfWork, carts: Vec<Arc<Cart>>) {
        match self {
            Self::Off => {}
            Self::Memory(memory) => {
                let memory = memory.clone();
                unit.after_commit(move || {
                    for cart in carts {
                        memory.insert(cart.id, cart);
                    }
                });
            }
            Self::Replicas(replicas) => {
                let replicas = replicas.clone();
                unit.after_commit(move || replicas.overtake(carts.iter().map(|cart| cart.id)));
            }
        }
    }

    /// Forgets these carts once the commit is durable: they are gone.
    pub(crate) fn forget(&self, unit: &mut UnitOfWork, carts: Vec<CartId>) {
        match self {
            Self::Off => {}
            Self::Memory(memory) => {
                let memory = memory.clone();
                unit.after_commit(move || carts.iter().for_each(|id| memory.invalidate(id)));
            }
            Self::Replicas(replicas) => {
                let replicas = replicas.clone();
                unit.after_commit(move || replicas.overtake(carts));
            }
        }
    }

    /// Forgets all carts once the commit is durable: for changes that reach carts without loading them.
    pub(crate) fn forget_all(&self, unit: &mut UnitOfWork) {
        match self {
            Self::Off => {}
            Self::Memory(memory) => {
                let memory = memory.clone();
                unit.after_commit(move || memory.invalidate_all());
            }
            Self::Replicas(replicas) => {
                let replicas = replicas.clone();
                unit.after_commit(move || replicas.overtake_all());
            }
        }
    }

    /// Returns when no replica finds an older version of this cart at hand than this process has committed, or when Redis does
    /// not answer: for the end of a request that has changed it.
    pub(crate) async fn settle(&self, id: CartId) {
        match self {
            Self::Off | Self::Memory(_) => {}
            Self::Replicas(replicas) => replicas.settle(id).await,
        }
    }

    /// What has to be done in the background.
    pub(crate) fn job(&self) -> Option<Job> {
        match self {
            Self::Off | Self::Memory(_) => None,
            Self::Replicas(replicas) => Some(replicas.job()),
        }
    }
}
