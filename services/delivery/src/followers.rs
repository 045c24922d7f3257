//! Who watches what here: parcels, and the agents who have them.

use std::sync::Arc;

use revcart_http_edge::Shared;
use revcart_http_edge::host::Wake;
use revcart_http_edge::live::Followers as Register;
use shared_events::{AgentId, OrderId};

use crate::domain::agent::Location;
use crate::store::deliveries::Record;

/// The most things of one kind that are followed at a time.
const MOST: usize = 10_000;

/// The registers.
pub(crate) struct Followers {
    /// Deliveries, by their version.
    pub(crate) deliveries: Register<OrderId, Arc<Record>>,
    /// Where agents are, by how often they have said so.
    pub(crate) agents: Register<AgentId, Location>,
}

impl Followers {
    /// The registers of this replica; `look` is woken when another one has news for who watches here.
    pub(crate) fn new(shared: &Shared, look: &Wake) -> Self {
        Self {
            deliveries: Register::across(MOST, shared, "deliveries", look.clone()),
            agents: Register::across(MOST, shared, "agents", look.clone()),
        }
    }
}
