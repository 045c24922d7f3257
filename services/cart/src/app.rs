//! What handlers, consumers and jobs work with: settings, the database with the cache in front, the other services.

mod change;
mod fill;
mod look;
mod merge;

use std::ops::Deref;
use std::sync::Arc;

use revcart_http_edge::Peers;
use revcart_http_edge::host::Adapters;
use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::{CartId, pricing};

use crate::config::Config;
use crate::domain::coupon::Problem;
use crate::domain::{Cart, Holder, Owner};
use crate::store::cache::Cache;
use crate::store::{self, carts, coupons, holds};

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

    /// Somebody's cart; an empty one of version 0 if they never had anything in it.
    pub(crate) async fn cart(&self, owner: Owner) -> Result<Arc<Cart>, store::Error> {
        let id = owner.cart_id();
        let read = carts::find(self.database.read(), id);
        let cart = self.cache.cart(id, read).await?;
        Ok(cart.unwrap_or_else(|| Arc::new(Cart::of(owner, self.clock.now()))))
    }

    /// A cart for an order, which must not be made of what a lost cache may still show for a while.
    pub(crate) async fn cart_to_order(&self, id: CartId) -> Result<Arc<Cart>, store::Error> {
        let read = carts::find(self.database.read(), id);
        let cart = if self.cache.may_lag() {
            read.await?.map(Arc::new)
        } else {
            self.cache.cart(id, read).await?
        };
        Ok(cart.unwrap_or_else(|| Arc::new(Cart::empty(id, self.clock.now()))))
    }

    /// The coupon of a cart, if it has one, or why that is of no use. Whether the goods reach its minimum shows when they are
    /// priced.
    pub(crate) async fn coupon_of(
        &self,
        cart: &Cart,
    ) -> Result<Result<Option<pricing::Coupon>, Problem>, store::Error> {
        let Some(code) = &cart.coupon else {
            return Ok(Ok(None));
        };
        let Some(coupon) = coupons::find(self.database.read(), code).await? else {
            return Ok(Err(Problem::Unknown));
        };
        let taken = match (coupon.per_user, cart.user_id) {
            (Some(_), Some(user)) => {
                let holder = Holder::of_user(user);
                let taken = holds::taken(self.database.read(), code, &holder).await?;
                taken.len()
            }
            // Who a guest is shows when they order.
            _ => 0,
        };
        Ok(coupon.usable(self.clock.now(), taken).map(Some))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
