//! Facts for `revcart audit`, read from a live or a stopped database. It judges nothing: the invariants are checked where
//! the facts of all services come together.

use revcart_persistence::Database;
use shared_events::{AgentId, DeliveryStatus, Money, OrderId};

use crate::store::deliveries::{self, Record};
use crate::store::{Error, agents};

/// What becomes of an order's parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFacts {
    /// The order.
    pub order_id: OrderId,
    /// Where its delivery stands.
    pub status: DeliveryStatus,
    /// Whether an agent has it, will fetch it, or is being looked for.
    pub live: bool,
    /// Cash that was taken at the door.
    pub collected: Option<Money>,
}

/// What an agent has in hand, as the figure says that the service works with, and as the deliveries add up. The two must
/// agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentFacts {
    /// The agent.
    pub agent_id: AgentId,
    /// Deliveries in hand, by the figure.
    pub load: i64,
    /// Deliveries in hand, counted.
    pub in_hand: i64,
}

/// Deliveries in the order of their orders' ids, at most `limit` from after `after` on.
///
/// # Errors
/// When the database cannot be read.
pub async fn deliveries(
    database: &Database,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<DeliveryFacts>, Error> {
    let page = deliveries::page(database, after, limit).await?;
    Ok(page.into_iter().filter_map(facts).collect())
}

fn facts((order_id, record): (OrderId, Record)) -> Option<DeliveryFacts> {
    let state = record.state;
    Some(DeliveryFacts {
        order_id,
        status: state.status()?,
        live: state.in_hand_of().is_some() || state.search().is_some(),
        collected: state.collected(),
    })
}

/// The facts of every agent, from one snapshot.
///
/// # Errors
/// When the database cannot be read.
pub async fn agents(database: &Database) -> Result<Vec<AgentFacts>, Error> {
    let facts = |(agent_id, load, in_hand)| AgentFacts {
        agent_id,
        load,
        in_hand,
    };
    let loads = agents::loads(database).await?;
    Ok(loads.into_iter().map(facts).collect())
}
