//! What `revcart audit` reads of orders: plain facts, page by page, without holding up anybody.

use revcart_persistence::{Database, Error};
use saga::order::State;
use shared_events::{Money, OrderId, OrderLine, OrderStatus, PaymentMethod, Timestamp};

use crate::domain::Order;
use crate::store::{orders, sagas, timers};

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
    /// Its saga; `None`: it has none, which breaks an invariant.
    pub saga: Option<SagaFact>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The saga of an order, as far as invariants speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SagaFact {
    /// Where it stands.
    pub state: State,
    /// The step that is waited for; `None`: it has ended.
    pub step: Option<String>,
    /// When its timer goes off; `None`: no timer is set.
    pub due_at: Option<Timestamp>,
    /// Steps of which an operator has decided that the saga does not undo them.
    pub left_alone: Vec<&'static str>,
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
    let mut sagas = sagas::positions(database.read(), &ids).await?;
    let timers = timers::of_orders(database.read(), &ids).await?;
    let fact = |order: Order| OrderFact {
        saga: sagas.remove(&order.id).map(|saga| SagaFact {
            state: saga.state,
            step: saga.step,
            due_at: timers.get(&order.id).copied(),
            left_alone: saga.left_alone,
        }),
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
