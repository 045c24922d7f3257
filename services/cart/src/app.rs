//! What handlers, consumers and jobs work with: settings, the database with the cache in front, the other services.

mod change;

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::Peers;
use revcart_http_edge::host::Adapters;
use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::UserId;

use crate::config::Config;
use crate::domain::Cart;
use crate::store::cache::Cache;
use crate::store::{self, carts};

pub(crate) use change::{Audience, Change};

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    pub(crate) cache: Cache,
    pub(crate) peers: Peers,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> Self {
        Self(Arc::new(Parts {
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            cache: Cache::new(config.cached_items, &adapters.shared, &adapters.database),
            peers: adapters.peers.clone(),
            config,
        }))
    }

    /// The cart of a user; an empty one of version 0 if they never had anything in it.
    pub(crate) async fn cart(&self, user: UserId) -> Result<Arc<Cart>, store::Error> {
        let id = Cart::id_of(user);
        let read = carts::find(self.database.read(), id);
        let cart = self.cache.cart(id, read).await?;
        Ok(cart.unwrap_or_else(|| self.empty_cart(user)))
    }

    /// The same for an order, which must not be made of what a lost cache may still show for a while.
    pub(crate) async fn cart_to_order(&self, user: UserId) -> Result<Arc<Cart>, store::Error> {
        if !self.cache.may_lag() {
            return self.cart(user).await;
        }
        let cart = carts::find(self.database.read(), Cart::id_of(user)).await?;
        Ok(cart.map_or_else(|| self.empty_cart(user), Arc::new))
    }

    fn empty_cart(&self, user: UserId) -> Arc<Cart> {
        Arc::new(Cart::of_user(user, self.clock.now()))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
