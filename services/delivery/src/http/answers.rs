//! What several endpoints answer with.

use serde::Serialize;
use shared_events::{
    Address, AgentId, Contact, DeliveryId, DeliveryStatus, Money, OrderId, OrderLine, Timestamp,
    UserId,
};
use utoipa::ToSchema;

use crate::domain::agent;
use crate::domain::delivery::{self, Courier};
use crate::domain::doorstep::{Proof, Reason};
use crate::domain::map::Area;
use crate::domain::place::Point;
use crate::domain::shift::{LocalTime, Written};
use crate::domain::zone::Zone;
use crate::store::deliveries::{self, Parcel, Record};

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delivery {
    /// It is the order's id: an order has one delivery.
    pub(super) delivery_id: DeliveryId,
    pub(super) order_id: OrderId,
    status: Option<DeliveryStatus>,
    /// Who brings it, brought it, or came back with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Bringer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_arrival: Option<Timestamp>,
    /// Cash to take at the door.
    #[serde(skip_serializing_if = "Option::is_none")]
    collect: Option<Money>,
    /// Cash that was taken there.
    #[serde(skip_serializing_if = "Option::is_none")]
    collected: Option<Money>,
    /// What the shopper tells the agent at the door; for the shopper and admins, until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    handover_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<Zone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping_address: Option<Address>,
    /// Where the address lies, if somebody has said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Spot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<OrderLine>>,
    /// Every status it has had, oldest first.
    status_history: Vec<Moment>,
    version: i64,
}

/// Who brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bringer {
    agent_id: AgentId,
    name: String,
}

/// A status, and when it came to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DeliveryMoment)]
#[serde(rename_all = "camelCase")]
pub(super) struct Moment {
    status: DeliveryStatus,
    at: Timestamp,
    /// The name of the agent who had it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    /// In the agent's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
    /// Why it came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl Delivery {
    /// The delivery of this order.
    pub(super) fn of(order: OrderId, record: Record) -> Self {
        let Record {
            state,
            parcel,
            history,
            version,
        } = record;
        let courier = state.courier();
        let mut delivery = Self {
            delivery_id: delivery::of_order(order),
            order_id: order,
            status: state.status(),
            agent: courier.map(Bringer::from),
            estimated_arrival: courier.map(|courier| courier.estimated_arrival),
            collect: state.collect(),
            collected: state.collected(),
            handover_code: None,
            zone: None,
            shipping_address: None,
            location: None,
            contact: None,
            lines: None,
            status_history: history.into_iter().map(Moment::from).collect(),
            version,
        };
        if let Some(parcel) = parcel {
            delivery.describe(parcel);
        }
        delivery
    }

    fn describe(&mut self, parcel: Parcel) {
        self.zone = Some(parcel.zone);
        self.shipping_address = Some(parcel.address);
        self.location = parcel.location.map(Spot::from);
        self.contact = Some(parcel.contact);
        self.lines = Some(parcel.lines);
    }

    /// The same with the code, for who is told it.
    pub(super) fn with_code(self, handover_code: Option<String>) -> Self {
        Self {
            handover_code,
            ..self
        }
    }
}

/// The code to be told at the door, as long as somebody is about to come to it.
pub(super) fn code(record: &Record) -> Option<String> {
    record.state.in_hand_of()?;
    let code = record.parcel.as_ref()?.code.as_ref()?;
    Some(code.digits.clone())
}

impl From<&Courier> for Bringer {
    fn from(courier: &Courier) -> Self {
        Self {
            agent_id: courier.agent_id,
            name: courier.name.clone(),
        }
    }
}

impl From<deliveries::Moment> for Moment {
    fn from(moment: deliveries::Moment) -> Self {
        Self {
            status: moment.status,
            at: moment.at,
            agent: moment.agent,
            note: moment.remark.note,
            proof: moment.remark.proof,
            reason: moment.remark.reason,
        }
    }
}

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryAgent)]
#[serde(rename_all = "camelCase")]
pub(super) struct Agent {
    agent_id: AgentId,
    user_id: UserId,
    name: String,
    phone: String,
    zone: Zone,
    /// Whether they are on duty: the switch that they and admins have.
    on_shift: bool,
    /// When they work, if on duty; always, if it is empty.
    shifts: Vec<Written>,
    /// Whether they take new deliveries now: on duty, and within a shift.
    working_now: bool,
    /// How many deliveries they take at a time; as many as come, if null.
    capacity: Option<u32>,
    /// Deliveries in hand.
    load: i64,
    /// Where they were last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    version: i64,
}

impl Agent {
    /// This agent, as of now.
    pub(super) fn of(agent: agent::Agent, now: LocalTime) -> Self {
        Self {
            working_now: agent.is_working(now),
            agent_id: agent.id,
            user_id: agent.user_id,
            name: agent.name,
            phone: agent.phone,
            zone: agent.zone,
            on_shift: agent.on_shift,
            shifts: agent.shifts.into_iter().map(Written::from).collect(),
            capacity: agent.capacity,
            load: agent.load,
            location: agent.location.map(Location::from),
            version: agent.version,
        }
    }
}

/// Where somebody was, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = AgentLocation)]
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

/// A point, in degrees north and east.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spot {
    latitude: f64,
    longitude: f64,
}

impl From<Point> for Spot {
    fn from(point: Point) -> Self {
        Self {
            latitude: point.latitude.degrees(),
            longitude: point.longitude.degrees(),
        }
    }
}

/// A zone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryZone)]
#[serde(rename_all = "camelCase")]
pub(super) struct DrawnZone {
    pub(super) zone: Zone,
    /// What its postal codes begin with.
    postal_codes: Vec<String>,
    /// Whether it is for all addresses that lie in no other zone.
    elsewhere: bool,
    /// Where its parcels are fetched.
    depot: Option<Spot>,
    /// 0, as long as it is as the settings say.
    version: i64,
}

impl DrawnZone {
    /// This zone; `elsewhere`: of all other addresses.
    pub(super) fn of(area: Area, elsewhere: bool) -> Self {
        Self {
            zone: area.zone,
            postal_codes: area.prefixes,
            elsewhere,
            depot: area.depot.map(Spot::from),
            version: area.version,
        }
    }
}
