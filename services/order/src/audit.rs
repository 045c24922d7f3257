//! What `revcart audit` reads of orders: plain facts, page by page, without holding up anybody.

use revcart_persistence::{Database, Error};
use shared_events::{Money, OrderId, OrderLine, OrderStatus, PaymentMethod, Timestamp};

use crate::domain::Order;
use crate::store::{orders, sagas};

/// One order, as far as invariants speak of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderFact {
    /// The order.
    pub order_id: OrderId,
    /// What people call it.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub total: Money,
    /// How it is paid; cash is captured when it is delivered.
    pub payment_method: PaymentMethod,
    /// Where its saga stands (`RUNNING`, `COMPENSATING`, `NEEDS_ATTENTION`, `COMPLETED`, `COMPENSATED`); `None`: it has none,
    /// which breaks an invariant.
    pub saga: Option<String>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Up to `limit` orders by id, from after `after` on; fewer than `limit` on the last page.
///
/// # Errors
/// When the database cannot be read.
pub async fn orders(
    database: &Database,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<OrderFact>, Error> {
    let orders = orders::all(database.read(), after, limit).await?;
    facts(database, orders).await
}

/// These orders; those that do not exist are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn orders_by_id(database: &Database, ids: &[OrderId]) -> Result<Vec<OrderFact>, Error> {
    let orders = orders::load(database.read(), ids).await?;
    facts(database, orders).await
}

async fn facts(database: &Database, orders: Vec<Order>) -> Result<Vec<OrderFact>, Error> {
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    let mut states = sagas::states(database.read(), &ids).await?;
    let fact = |order: Order| OrderFact {
        saga: states.remove(&order.id),
        order_id: order.id,
        number: order.number.to_string(),
        status: order.status,
        lines: order.terms.lines,
        total: order.terms.price.total,
        payment_method: order.terms.payment_method,
        placed_at: order.placed_at,
        updated_at: order.updated_at,
    };
    Ok(orders.into_iter().map(fact).collect())
}
