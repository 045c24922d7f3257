//! Who waits for which order: requests with `Prefer: wait`, and live status streams.
//!
//! A commit of this process tells its followers what it made of the order; what another process commits is found by one
//! poll for all of them ([`crate::jobs`]), which comes at once where replicas share a Redis. Bounded: beyond the limit nobody is followed, and the request answers at once.

use std::sync::Arc;

use revcart_http_edge::live;
use shared_events::OrderId;

use crate::domain::Order;

/// The orders that somebody waits for, by their version.
pub(crate) type Followers = live::Followers<OrderId, Arc<Order>>;

/// One wait for an order; ends when dropped.
pub(crate) type Following = live::Following<OrderId, Arc<Order>>;

/// Hands an order, as it has been committed, to those who follow it.
pub(crate) fn tell(followers: &Followers, order: Order) {
    let (id, version) = (order.id, i64::from(order.version));
    followers.tell(&id, version, Arc::new(order));
}
