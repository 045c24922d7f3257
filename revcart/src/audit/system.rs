//! Where an audit has its facts from: the databases of a system ([`super::databases`]), or what a test says.

use std::collections::{BTreeMap, BTreeSet};

use delivery_service::audit::{AgentFacts, DeliveryFacts};
use order_service::audit::OrderFact;
use payment_service::audit::PaymentFacts;
use product_service::audit::{ProductFacts, ReservationFacts};
use shared_events::{MessageId, OrderId};
use uuid::Uuid;

use super::strays::Stray;

/// The facts of all services. Pages are in the order of ids, from after one on; an empty page is the last.
pub(super) trait System {
    async fn products(&self) -> anyhow::Result<Vec<ProductFacts>>;
    async fn agents(&self) -> anyhow::Result<Vec<AgentFacts>>;
    async fn orders(&self, after: Option<Uuid>, limit: u64) -> anyhow::Result<Vec<OrderFact>>;
    async fn reservations(
        &self,
        after: Option<Uuid>,
        limit: u64,
    ) -> anyhow::Result<Vec<ReservationFacts>>;
    async fn payments(&self, after: Option<Uuid>, limit: u64) -> anyhow::Result<Vec<PaymentFacts>>;
    async fn deliveries(
        &self,
        after: Option<Uuid>,
        limit: u64,
    ) -> anyhow::Result<Vec<DeliveryFacts>>;

    /// The messages about these orders that are on their way, in outboxes and queues.
    async fn on_their_way(&self, orders: &BTreeSet<OrderId>) -> anyhow::Result<Traffic>;
    /// Messages that have come to rest where nobody reads them.
    async fn strays(&self) -> anyhow::Result<Vec<Stray>>;
    /// Whether a process works on all this, so that what is on its way arrives.
    async fn is_running(&self) -> bool;
}

/// Messages on their way, by order.
pub(super) type Traffic = BTreeMap<OrderId, BTreeSet<Sighting>>;

/// A message that was seen on its way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighting {
    /// The queue or outbox.
    pub(super) place: String,
    /// The message.
    pub(super) id: MessageId,
    /// How often it has been received there.
    pub(super) received: u32,
}
