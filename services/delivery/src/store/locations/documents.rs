//! Places as documents of the collection `agent_locations`: an ordinary one, for time series are neither written in
//! transactions nor known to `DocumentDB`. The server forgets them by age; each agent's are bounded in number besides.

use std::time::Duration;

use revcart_persistence::documents::values::{DateTime, Document, doc};
use revcart_persistence::documents::{Collection, Documents, Index, Listing, id};
use serde::Deserialize;
use shared_events::{AgentId, Timestamp};

use super::Memory;
use crate::domain::agent::Location;
use crate::domain::place::Degrees;
use crate::store::Error;

const LOCATIONS: &str = "agent_locations";

/// See the module.
pub(in crate::store) const COLLECTION: Collection = Collection {
    name: LOCATIONS,
    indexes: &[
        Index::on(
            "agent_locations_in_sequence",
            &[("agentId", 1), ("sequence", 1)],
        )
        .unique(),
        Index::on("agent_locations_by_age", &[("forgetAt", 1)]).expiring_after(Duration::ZERO),
    ],
};

pub(super) async fn append(
    documents: &Documents,
    agent: AgentId,
    (sequence, location): (i64, Location),
    memory: Memory,
) -> Result<(), Error> {
    let forget_at = location.at + memory.age;
    let place = doc! {
        "agentId": id(agent.as_uuid()),
        "sequence": sequence,
        "latitude": location.latitude.millionths(),
        "longitude": location.longitude.millionths(),
        "at": location.at.micros(),
        "forgetAt": DateTime::from_millis(forget_at.micros() / 1000),
    };
    documents.insert(LOCATIONS, &[place]).await?;
    let last = sequence - memory.places;
    if last > 0 {
        let (mut old, _) = latest(agent);
        old.insert("sequence", doc! { "$lte": last });
        documents.delete(LOCATIONS, old).await?;
    }
    Ok(())
}

pub(super) async fn since(
    documents: &Documents,
    agent: AgentId,
    then: Timestamp,
    limit: u64,
) -> Result<Vec<Location>, Error> {
    let (of_agent, sort) = latest(agent);
    let listing = Listing {
        sort,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let places: Vec<Stored> = documents.find(LOCATIONS, of_agent, listing).await?;
    Ok(places
        .into_iter()
        .map(Location::from)
        .take_while(|location| location.at >= then)
        .collect())
}

/// The query of [`since`]: which, and in what order.
pub(in crate::store) fn latest(agent: AgentId) -> (Document, Document) {
    let of_agent = doc! { "agentId": id(agent.as_uuid()) };
    (of_agent, doc! { "agentId": -1, "sequence": -1 })
}

#[derive(Deserialize)]
struct Stored {
    latitude: i64,
    longitude: i64,
    at: i64,
}

impl From<Stored> for Location {
    fn from(stored: Stored) -> Self {
        Self {
            latitude: Degrees::from_millionths(stored.latitude),
            longitude: Degrees::from_millionths(stored.longitude),
            at: Timestamp::from_micros(stored.at),
        }
    }
}
