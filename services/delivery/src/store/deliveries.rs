//! What becomes of each order's parcel: a table or a collection, in `sql` and `documents`. A delivery is one aggregate, its
//! state, parcel and history: it is always read and written as a whole.

pub(in crate::store) mod documents;
pub(in crate::store) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use serde::{Deserialize, Serialize};
use shared_events::{
    Address, AgentId, AssignDelivery, Contact, DeliveryStatus, OrderId, OrderLine, Timestamp,
};

use super::Error;
use crate::domain::delivery::State;
use crate::domain::doorstep::{Code, Proof, Reason};
use crate::domain::map::Map;
use crate::domain::place::Point;
use crate::domain::zone::Zone;

/// What is brought, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parcel {
    /// Where it lies on the map of agents.
    pub(crate) zone: Zone,
    /// Where to.
    pub(crate) address: Address,
    /// Whom to ask.
    pub(crate) contact: Contact,
    /// What it consists of.
    pub(crate) lines: Vec<OrderLine>,
    /// Where the address lies, if somebody has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<Point>,
    /// What the shopper tells the agent at the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<Code>,
}

impl Parcel {
    /// The parcel that a command speaks of.
    pub(crate) fn of(command: &AssignDelivery, zone: Zone) -> Self {
        Self {
            zone,
            address: command.shipping_address.clone(),
            contact: command.contact.clone(),
            lines: command.lines.clone(),
            location: None,
            code: None,
        }
    }

    /// The point to which an agent should be near to take it.
    pub(crate) fn near(&self, map: &Map) -> Option<Point> {
        map.near(&self.zone, &self.address.postal_code, self.location)
    }

    /// Where it goes, as far as that is known.
    pub(crate) fn destination(&self, map: &Map) -> Option<Point> {
        map.destination(&self.address.postal_code, self.location)
    }

    /// Takes over what was known of the same parcel before: its code, and where its address lies if that is the same.
    pub(crate) fn remember(&mut self, before: Self) {
        if before.address == self.address {
            self.location = self.location.or(before.location);
        }
        self.code = before.code.or(self.code.take());
    }
}

/// What an agent adds to a status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remark {
    /// In their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// What proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<Proof>,
    /// Why it came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<Reason>,
}

/// A status, and when it came to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Moment {
    /// The status.
    pub(crate) status: DeliveryStatus,
    /// When.
    pub(crate) at: Timestamp,
    /// The name of the agent who had it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agent: Option<String>,
    /// What the agent said of it.
    #[serde(flatten)]
    pub(crate) remark: Remark,
}

/// A delivery as it is kept: its state, what is brought, and how it came to stand where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Where it stands.
    pub(crate) state: State,
    /// What is brought; nothing, if all that was heard of it is that it shall not be brought.
    pub(crate) parcel: Option<Parcel>,
    /// Every status it has had, oldest first.
    pub(crate) history: Vec<Moment>,
    /// Raised by every change, from 1.
    pub(crate) version: i64,
}

impl Record {
    /// Takes the next state on, and the time of it.
    pub(crate) fn enter(&mut self, next: State, remark: Remark, now: Timestamp) {
        let is_new_search = next.search().is_some() && next.search() != self.state.search();
        if let Some(status) = next.status()
            && (Some(status) != self.state.status() || is_new_search)
        {
            self.history.push(Moment {
                status,
                at: now,
                agent: next.courier().map(|courier| courier.name.clone()),
                remark,
            });
        }
        self.state = next;
        self.version += 1;
    }

    /// When it came to the status that it has.
    pub(crate) fn since(&self) -> Option<Timestamp> {
        self.history.last().map(|moment| moment.at)
    }
}

/// These deliveries, locked in the order of their ids. Those that do not exist are left out.
pub(crate) async fn lock(
    unit: &UnitOfWork,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, Record)>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::lock(tx, orders).await,
        Work::Documents(documents) => documents::load(documents, orders).await,
    }
}

/// These deliveries, in no order. Those that do not exist are left out.
pub(crate) async fn load(
    database: &Database,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, Record)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::load(connection, orders).await,
        Reader::Documents(documents) => documents::load(documents, orders).await,
    }
}

/// The versions of these deliveries.
pub(crate) async fn versions(
    database: &Database,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, i64)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::versions(connection, orders).await,
        Reader::Documents(documents) => documents::versions(documents, orders).await,
    }
}

/// The delivery, if it exists.
pub(crate) async fn find(database: &Database, order: OrderId) -> Result<Option<Record>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::find(connection, order).await,
        Reader::Documents(documents) => documents::find(documents, order).await,
    }
}

/// What an agent has in hand, oldest order first; or what they had, latest order first. From after `after` on.
pub(crate) async fn of_agent(
    database: &Database,
    agent: AgentId,
    ended: bool,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::of_agent(connection, agent, ended, after, limit).await,
        Reader::Documents(documents) => {
            documents::of_agent(documents, agent, ended, after, limit).await
        }
    }
}

/// Which deliveries are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Those that stand there.
    pub(crate) status: Option<DeliveryStatus>,
    /// Those that this agent brings, brought, or came back with.
    pub(crate) agent: Option<AgentId>,
    /// Those to this zone.
    pub(crate) zone: Option<Zone>,
}

/// One stretch of an index: every list is read in few of them, each in the order of the orders' ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::store) struct Stretch {
    pub(in crate::store) agent: Option<(AgentId, bool)>,
    pub(in crate::store) zone: Option<Zone>,
    pub(in crate::store) status: Option<DeliveryStatus>,
}

impl Filter {
    /// What has to be read: of an agent what is in hand and what has ended; of a zone each status.
    pub(in crate::store) fn stretches(&self) -> Vec<Stretch> {
        let stretch = |agent, status| Stretch {
            agent,
            zone: self.zone.clone(),
            status,
        };
        match (self.agent, &self.zone, self.status) {
            (Some(agent), _, status) => [false, true]
                .into_iter()
                .filter(|ended| status.is_none_or(|status| is_end(status) == *ended))
                .map(|ended| stretch(Some((agent, ended)), status))
                .collect(),
            (None, Some(_), None) => {
                let all = DeliveryStatus::ALL.iter();
                all.map(|status| stretch(None, Some(*status))).collect()
            }
            (None, _, status) => vec![stretch(None, status)],
        }
    }
}

/// The deliveries of this filter, latest order first, from after `after` on.
pub(crate) async fn list(
    database: &Database,
    filter: &Filter,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let mut found = Vec::new();
    for stretch in filter.stretches() {
        found.extend(match database.reader() {
            Reader::Sql(connection) => sql::stretch(connection, &stretch, after, limit).await?,
            Reader::Documents(documents) => {
                documents::stretch(documents, &stretch, after, limit).await?
            }
        });
    }
    found.sort_unstable_by_key(|(order, _)| std::cmp::Reverse(*order));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Deliveries in the order of their orders' ids, from after `after` on.
pub(crate) async fn page(
    database: &Database,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::page(connection, after, limit).await,
        Reader::Documents(documents) => documents::page(documents, after, limit).await,
    }
}

/// Adds deliveries. One that somebody else has added since it was looked for is refused by its key: the transaction starts
/// over and finds it.
pub(crate) async fn insert(unit: &UnitOfWork, records: &[(OrderId, &Record)]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::insert(tx, records, unit.now()).await,
        Work::Documents(documents) => documents::insert(documents, records, unit.now()).await,
    }
}

/// Replaces deliveries that exist, many at once.
pub(crate) async fn update(unit: &UnitOfWork, records: &[(OrderId, &Record)]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::update(tx, records, unit.now()).await,
        Work::Documents(documents) => documents::update(documents, records, unit.now()).await,
    }
}

/// Whether the delivery is over and done with, in the sense of [`of_agent`].
fn has_ended(state: &State) -> bool {
    state.in_hand_of().is_none() && state.search().is_none()
}

/// Whether a delivery with this status has ended, in the sense of [`has_ended`].
fn is_end(status: DeliveryStatus) -> bool {
    match status {
        DeliveryStatus::Pending | DeliveryStatus::Assigned | DeliveryStatus::PickedUp => false,
        DeliveryStatus::Delivered | DeliveryStatus::Failed | DeliveryStatus::Cancelled => true,
    }
}

/// The word by which it is kept. It is kept from the moment on when something was heard of it, and then it has a status.
fn status(state: &State) -> DeliveryStatus {
    state.status().unwrap_or(DeliveryStatus::Pending)
}
