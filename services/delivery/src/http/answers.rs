//! What several endpoints answer with.

use serde::Serialize;
use shared_events::{
    Address, AgentId, Contact, DeliveryId, DeliveryStatus, Money, OrderId, OrderLine, Timestamp,
    UserId,
};

use crate::domain::agent;
use crate::domain::delivery::{self, Courier};
use crate::domain::zone::Zone;
use crate::store::deliveries::{Moment, Parcel, Record};

/// A delivery.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delivery {
    delivery_id: DeliveryId,
    order_id: OrderId,
    status: Option<DeliveryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Bringer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_arrival: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collect: Option<Money>,
    #[serde(flatten)]
    parcel: Option<Contents>,
    status_history: Vec<Moment>,
    version: i64,
}

/// Who brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bringer {
    agent_id: AgentId,
    name: String,
}

/// What is brought, and where to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Contents {
    zone: Zone,
    shipping_address: Address,
    contact: Contact,
    lines: Vec<OrderLine>,
}

impl Delivery {
    /// The delivery of this order.
    pub(super) fn of(order: OrderId, record: Record) -> Self {
        let courier = record.state.courier();
        Self {
            delivery_id: delivery::of_order(order),
            order_id: order,
            status: record.state.status(),
            agent: courier.map(Bringer::from),
            estimated_arrival: courier.map(|courier| courier.estimated_arrival),
            collect: record.state.collect(),
            parcel: record.parcel.map(Contents::from),
            status_history: record.history,
            version: record.version,
        }
    }
}

impl From<&Courier> for Bringer {
    fn from(courier: &Courier) -> Self {
        Self {
            agent_id: courier.agent_id,
            name: courier.name.clone(),
        }
    }
}

impl From<Parcel> for Contents {
    fn from(parcel: Parcel) -> Self {
        Self {
            zone: parcel.zone,
            shipping_address: parcel.address,
            contact: parcel.contact,
            lines: parcel.lines,
        }
    }
}

/// An agent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Agent {
    agent_id: AgentId,
    user_id: UserId,
    name: String,
    phone: String,
    zone: Zone,
    on_shift: bool,
    capacity: Option<u32>,
    load: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    version: i64,
}

impl From<agent::Agent> for Agent {
    fn from(agent: agent::Agent) -> Self {
        Self {
            agent_id: agent.id,
            user_id: agent.user_id,
            name: agent.name,
            phone: agent.phone,
            zone: agent.zone,
            on_shift: agent.on_shift,
            capacity: agent.capacity,
            load: agent.load,
            location: agent.location.map(Location::from),
            version: agent.version,
        }
    }
}

/// Where somebody was, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    latitude: f64,
    longitude: f64,
    at: Timestamp,
}

impl From<agent::Location> for Location {
    fn from(location: agent::Location) -> Self {
        Self {
            latitude: location.latitude.degrees(),
            longitude: location.longitude.degrees(),
            at: location.at,
        }
    }
}
