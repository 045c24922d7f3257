//! Who waits for which order: requests with `Prefer: wait`, and live status streams.
//!
//! A commit of this process tells its followers what it made of the order; what another process commits is found by one
//! poll for all of them ([`crate::jobs`]). Bounded: beyond the limit nobody is followed, and the request answers at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared_events::OrderId;
use tokio::sync::watch;

use crate::domain::Order;

/// The orders that somebody waits for. Clones are the same register.
#[derive(Clone)]
pub(crate) struct Followers {
    most: usize,
    orders: Arc<Mutex<HashMap<OrderId, Followed>>>,
}

struct Followed {
    followers: usize,
    latest: watch::Sender<Option<Arc<Order>>>,
}

/// One wait for an order; ends when dropped.
pub(crate) struct Following {
    order_id: OrderId,
    latest: watch::Receiver<Option<Arc<Order>>>,
    register: Followers,
}

impl Followers {
    /// A register of at most `most` orders.
    pub(crate) fn new(most: usize) -> Followers {
        Followers {
            most,
            orders: Arc::default(),
        }
    }

    /// Starts to follow; `None` when too many are followed already.
    pub(crate) fn follow(&self, order_id: OrderId) -> Option<Following> {
        let mut orders = self.orders();
        let room = orders.len() < self.most;
        let followed = match orders.get_mut(&order_id) {
            Some(followed) => followed,
            None if room => orders.entry(order_id).or_insert_with(|| Followed {
                followers: 0,
                latest: watch::Sender::new(None),
            }),
            None => return None,
        };
        followed.followers += 1;
        Some(Following {
            order_id,
            latest: followed.latest.subscribe(),
            register: self.clone(),
        })
    }

    /// Whether anybody follows this order; tells whether it is worth the copy.
    pub(crate) fn wanted(&self, order_id: OrderId) -> bool {
        self.orders().contains_key(&order_id)
    }

    /// Hands an order, as it has been committed, to those who follow it. What is older than what they have seen is dropped.
    pub(crate) fn tell(&self, order: Arc<Order>) {
        if let Some(followed) = self.orders().get(&order.id) {
            followed.latest.send_if_modified(|latest| {
                let newer = latest
                    .as_ref()
                    .is_none_or(|seen| seen.version < order.version);
                if newer {
                    *latest = Some(order);
                }
                newer
            });
        }
    }

    /// The orders followed, with the version last told (0: none yet).
    pub(crate) fn seen(&self) -> HashMap<OrderId, u32> {
        let version = |followed: &Followed| {
            followed
                .latest
                .borrow()
                .as_ref()
                .map_or(0, |order| order.version)
        };
        self.orders()
            .iter()
            .map(|(&order_id, followed)| (order_id, version(followed)))
            .collect()
    }

    fn orders(&self) -> MutexGuard<'_, HashMap<OrderId, Followed>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Following {
    /// The next news of the order; skips what has been overtaken.
    pub(crate) async fn news(&mut self) -> Arc<Order> {
        loop {
            // The sender lives in the register for as long as this follows.
            if self.latest.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(order) = self.latest.borrow_and_update().clone() {
                return order;
            }
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let mut orders = self.register.orders();
        if let Some(followed) = orders.get_mut(&self.order_id) {
            followed.followers -= 1;
            if followed.followers == 0 {
                orders.remove(&self.order_id);
            }
        }
    }
}

#[cfg(test)]
mod tests;
