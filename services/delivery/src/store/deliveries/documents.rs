//! Deliveries as documents of the collection `deliveries`.
//!
//! What is loaded to be changed is not locked: the transaction reads as of its beginning, and if somebody else has changed what
//! it changes, it runs again. The version in the filter says the same once more.

use std::collections::BTreeMap;

use revcart_persistence::documents;
use revcart_persistence::documents::values::{Bson, Document, Uuid, doc};
use revcart_persistence::documents::{Change, Collection, Documents, Index, Listing, id};
use serde::{Deserialize, Serialize};
use shared_events::{AgentId, DeliveryStatus, OrderId, Timestamp};

use super::{Moment, Parcel, Record, Stretch};
use crate::domain::delivery::State;
use crate::store::{Error, uuid};

const DELIVERIES: &str = "deliveries";

/// See the module.
pub(in crate::store) const COLLECTION: Collection = Collection {
    name: DELIVERIES,
    indexes: &[
        Index::on(
            "deliveries_by_agent",
            &[("agentId", 1), ("ended", 1), ("_id", 1)],
        ),
        Index::on("deliveries_by_status", &[("status", 1), ("_id", 1)]),
        Index::on(
            "deliveries_by_zone",
            &[("parcel.zone", 1), ("status", 1), ("_id", 1)],
        ),
    ],
};

pub(super) async fn load(
    documents: &Documents,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, Record)>, Error> {
    if orders.is_empty() {
        return Ok(vec![]);
    }
    all(documents, among(orders), Listing::default()).await
}

pub(super) async fn versions(
    documents: &Documents,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, i64)>, Error> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(rename = "_id")]
        order: Uuid,
        version: i64,
    }
    if orders.is_empty() {
        return Ok(vec![]);
    }
    let stages = [
        doc! { "$match": among(orders) },
        doc! { "$project": { "version": 1 } },
    ];
    let found: Vec<Found> = documents.aggregate(DELIVERIES, stages).await?;
    let version = |found: Found| (OrderId::from_uuid(uuid(found.order)), found.version);
    Ok(found.into_iter().map(version).collect())
}

pub(super) async fn find(documents: &Documents, order: OrderId) -> Result<Option<Record>, Error> {
    let found = load(documents, &[order]).await?.pop();
    Ok(found.map(|(_, record)| record))
}

pub(super) async fn of_agent(
    documents: &Documents,
    agent: AgentId,
    ended: bool,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let (filter, sort) = of_agent_query(agent, ended, after);
    all(documents, filter, page_of(sort, limit)).await
}

/// The query of [`of_agent`]: which, and in what order. All fields of the index are named, so that every planner sees that it
/// has them in this order.
pub(in crate::store) fn of_agent_query(
    agent: AgentId,
    ended: bool,
    after: Option<OrderId>,
) -> (Document, Document) {
    let mut filter = doc! { "agentId": id(agent.as_uuid()), "ended": ended };
    let (beyond, order) = if ended { ("$lt", -1) } else { ("$gt", 1) };
    if let Some(after) = after {
        filter.insert("_id", doc! { beyond: id(after.as_uuid()) });
    }
    let sort = doc! { "agentId": order, "ended": order, "_id": order };
    (filter, sort)
}

pub(super) async fn stretch(
    documents: &Documents,
    stretch: &Stretch,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let (filter, sort) = stretch_query(stretch, after);
    all(documents, filter, page_of(sort, limit)).await
}

/// The query of [`stretch`]: which, and in what order: that of the index, see [`of_agent_query`].
pub(in crate::store) fn stretch_query(
    stretch: &Stretch,
    after: Option<OrderId>,
) -> (Document, Document) {
    let (mut filter, mut sort) = (Document::new(), Document::new());
    if let Some((agent, ended)) = stretch.agent {
        filter.extend(doc! { "agentId": id(agent.as_uuid()), "ended": ended });
        sort.extend(doc! { "agentId": -1, "ended": -1 });
    }
    let is_of_agent = stretch.agent.is_some();
    if let Some(zone) = &stretch.zone {
        filter.insert("parcel.zone", zone.as_str());
        if !is_of_agent {
            sort.insert("parcel.zone", -1);
        }
    }
    if let Some(status) = stretch.status {
        filter.insert("status", status.as_str());
        if !is_of_agent {
            sort.insert("status", -1);
        }
    }
    if let Some(after) = after {
        filter.insert("_id", doc! { "$lt": id(after.as_uuid()) });
    }
    sort.insert("_id", -1);
    (filter, sort)
}

pub(super) async fn page(
    documents: &Documents,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let from = after.map_or_else(
        Document::new,
        |after| doc! { "_id": { "$gt": id(after.as_uuid()) } },
    );
    all(documents, from, page_of(doc! { "_id": 1 }, limit)).await
}

/// How many deliveries each of these agents has in hand, counted by the database.
pub(in crate::store) async fn in_hand(
    documents: &Documents,
    agents: &[AgentId],
) -> Result<BTreeMap<AgentId, i64>, Error> {
    #[derive(Deserialize)]
    struct Count {
        #[serde(rename = "_id")]
        agent: Uuid,
        deliveries: i64,
    }
    if agents.is_empty() {
        return Ok(BTreeMap::new());
    }
    let stages = [
        doc! { "$match": in_hand_filter(agents) },
        doc! { "$group": { "_id": "$agentId", "deliveries": { "$sum": 1_i64 } } },
    ];
    let counts: Vec<Count> = documents.aggregate(DELIVERIES, stages).await?;
    let count = |count: Count| (AgentId::from_uuid(uuid(count.agent)), count.deliveries);
    Ok(counts.into_iter().map(count).collect())
}

/// The query of [`in_hand`].
pub(in crate::store) fn in_hand_filter(agents: &[AgentId]) -> Document {
    let agents: Vec<Bson> = agents.iter().map(|agent| id(agent.as_uuid())).collect();
    doc! { "agentId": { "$in": agents }, "ended": false }
}

pub(super) async fn insert(
    documents: &Documents,
    records: &[(OrderId, &Record)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut new = Vec::with_capacity(records.len());
    for (order, record) in records {
        let mut document = fields(record, now)?;
        document.insert("_id", id(order.as_uuid()));
        document.insert("createdAt", now.micros());
        new.push(document);
    }
    Ok(documents.claim(DELIVERIES, &new).await?)
}

pub(super) async fn update(
    documents: &Documents,
    records: &[(OrderId, &Record)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut changes = Vec::with_capacity(records.len());
    for (order, record) in records {
        changes.push(Change {
            filter: doc! { "_id": id(order.as_uuid()), "version": { "$lt": record.version } },
            update: doc! { "$set": fields(record, now)? },
            upsert: false,
        });
    }
    let changed = documents.change(DELIVERIES, &changes).await?;
    if changed.matched != changes.len() as u64 {
        documents.repeat();
        return Err(Error::Changed);
    }
    Ok(())
}

/// What is replaced by every change.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    status: DeliveryStatus,
    ended: bool,
    state: &'a State,
    parcel: Option<&'a Parcel>,
    history: &'a [Moment],
    version: i64,
    updated_at: i64,
}

fn fields(record: &Record, now: Timestamp) -> Result<Document, Error> {
    let state = &record.state;
    let fields = Fields {
        status: super::status(state),
        ended: super::has_ended(state),
        state,
        parcel: record.parcel.as_ref(),
        history: &record.history,
        version: record.version,
        updated_at: now.micros(),
    };
    let mut fields = documents::document(DELIVERIES, &fields)?;
    let agent = state.courier().map(|courier| id(courier.agent_id.into()));
    fields.insert("agentId", agent);
    Ok(fields)
}

#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    order: Uuid,
    state: State,
    parcel: Option<Parcel>,
    history: Vec<Moment>,
    version: i64,
}

impl From<Stored> for (OrderId, Record) {
    fn from(stored: Stored) -> Self {
        let record = Record {
            state: stored.state,
            parcel: stored.parcel,
            history: stored.history,
            version: stored.version,
        };
        (OrderId::from_uuid(uuid(stored.order)), record)
    }
}

async fn all(
    documents: &Documents,
    filter: Document,
    listing: Listing,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let found: Vec<Stored> = documents.find(DELIVERIES, filter, listing).await?;
    Ok(found.into_iter().map(Into::into).collect())
}

/// The query of [`load`].
pub(in crate::store) fn among(orders: &[OrderId]) -> Document {
    let ids: Vec<Bson> = orders.iter().map(|order| id(order.as_uuid())).collect();
    doc! { "_id": { "$in": ids } }
}

fn page_of(sort: Document, limit: u64) -> Listing {
    Listing {
        sort,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::delivery::laws::states;
    use crate::domain::delivery::samples;
    use crate::store::deliveries::Remark;

    proptest! {
        #[test]
        fn every_delivery_survives_being_a_document(states in prop::collection::vec(states(), 1..5), is_described: bool) {
            let zone = "default".parse().unwrap();
            let parcel = Parcel::of(&samples::assignment(1), zone);
            let mut record = Record { parcel: is_described.then_some(parcel), ..Record::default() };
            for state in states {
                let note = Some("at the door".to_owned());
                record.enter(state, Remark { note, ..Remark::default() }, Timestamp::from_micros(1_767_614_400_000_001));
            }
            let mut document = fields(&record, Timestamp::from_micros(1)).unwrap();
            document.insert("_id", id(samples::order().as_uuid()));
            let stored: Stored = documents::value(DELIVERIES, document).unwrap();
            prop_assert_eq!(<(OrderId, Record)>::from(stored), (samples::order(), record));
        }
    }
}
