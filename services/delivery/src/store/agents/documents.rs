//! Agents as documents: `agents`, and `agent_positions` for where each was last seen and how often they have said so. These are
//! apart because an agent says so every few seconds, and whatever is written to a document meets whoever else writes to it.
//!
//! `room` is the capacity less the load. It is kept beside them so that a change of the load can be refused by a plain filter.

use std::collections::BTreeMap;

use revcart_persistence::documents;
use revcart_persistence::documents::values::{Bson, Document, Uuid, doc};
use revcart_persistence::documents::{Change, Collection, Documents, Index, Listing, id};
use serde::{Deserialize, Serialize};
use shared_events::{AgentId, Timestamp, UserId};

use crate::domain::agent::{Agent, Location};
use crate::domain::place::Degrees;
use crate::domain::shift::Shift;
use crate::domain::zone::Zone;
use crate::store::{Error, deliveries, uuid};

const AGENTS: &str = "agents";
const POSITIONS: &str = "agent_positions";

/// Who they are, and what they have in hand.
pub(in crate::store) const COLLECTION: Collection = Collection {
    name: AGENTS,
    indexes: &[
        Index::on("agents_by_login", &[("userId", 1)]).unique(),
        Index::on("agents_on_shift", &[("onShift", 1), ("zone", 1)]),
    ],
};
/// Where they are.
pub(in crate::store) const OF_POSITIONS: Collection = Collection {
    name: POSITIONS,
    indexes: &[],
};

/// The room of who takes as many as come: more than ever come.
const NO_LIMIT: i64 = 1 << 53;

pub(super) async fn insert(
    documents: &Documents,
    agents: &[Agent],
    now: Timestamp,
) -> Result<(), Error> {
    let stored = |agent: &Agent| {
        let mut stored = doc! {
            "_id": id(agent.id.as_uuid()),
            "userId": id(agent.user_id.as_uuid()),
            "load": agent.load,
            "createdAt": now.micros(),
        };
        stored.extend(changeable(agent, now)?);
        Ok(stored)
    };
    let nowhere = |agent: &Agent| doc! { "_id": id(agent.id.as_uuid()), "locations": 0_i64 };
    let stored = agents.iter().map(stored);
    let stored = stored.collect::<Result<Vec<Document>, Error>>()?;
    let nowhere: Vec<Document> = agents.iter().map(nowhere).collect();
    let inserted = documents.insert(AGENTS, &stored).await;
    inserted.map_err(super::login_taken)?;
    Ok(documents.insert(POSITIONS, &nowhere).await?)
}

/// The load is part of the filter because the room is counted from it.
pub(super) async fn update(
    documents: &Documents,
    agent: &Agent,
    now: Timestamp,
) -> Result<(), Error> {
    let change = Change {
        filter: doc! {
            "_id": id(agent.id.as_uuid()),
            "version": agent.version - 1,
            "load": agent.load,
        },
        update: doc! { "$set": changeable(agent, now)? },
        upsert: false,
    };
    let changed = documents.change(AGENTS, &[change]).await?;
    if changed.matched == 0 {
        documents.repeat();
        return Err(Error::Changed);
    }
    Ok(())
}

pub(super) async fn locate(
    documents: &Documents,
    agent: AgentId,
    location: Location,
    sequence: i64,
) -> Result<(), Error> {
    let seen = doc! {
        "latitude": location.latitude.millionths(),
        "longitude": location.longitude.millionths(),
        "at": location.at.micros(),
        "locations": sequence,
    };
    let change = Change {
        filter: doc! { "_id": id(agent.as_uuid()), "locations": sequence - 1 },
        update: doc! { "$set": seen },
        upsert: false,
    };
    let changed = documents.change(POSITIONS, &[change]).await?;
    if changed.matched == 0 {
        documents.repeat();
        return Err(Error::Changed);
    }
    Ok(())
}

/// Whoever else moves one of these loads at the same time meets this transaction on its document, and one of the two runs
/// again. The filters say once more what the choice of the agent rests on.
pub(super) async fn shift_loads(
    documents: &Documents,
    shifts: &[(AgentId, i64)],
) -> Result<(), Error> {
    let (taking, giving): (Vec<_>, Vec<_>) = shifts.iter().partition(|(_, by)| *by > 0);
    for (shifts, bound, refused) in [
        (giving, "load", Error::NothingInHand),
        (taking, "room", Error::Overbooked),
    ] {
        let shift = |(agent, by): &(AgentId, i64)| Change {
            filter: doc! { "_id": id(agent.as_uuid()), bound: { "$gte": by.abs() } },
            update: doc! { "$inc": { "load": *by, "room": -by } },
            upsert: false,
        };
        let changes: Vec<Change> = shifts.iter().map(shift).collect();
        let changed = documents.change(AGENTS, &changes).await?;
        if changed.matched != shifts.len() as u64 {
            documents.repeat();
            return Err(refused);
        }
    }
    Ok(())
}

pub(super) async fn on_shift(documents: &Documents, zones: &[&Zone]) -> Result<Vec<Agent>, Error> {
    if zones.is_empty() {
        return Ok(vec![]);
    }
    let names: Vec<&str> = zones.iter().map(|zone| zone.as_str()).collect();
    seen(documents, on_shift_filter(&names), by_id(0)).await
}

/// The query of [`on_shift`].
pub(in crate::store) fn on_shift_filter(zones: &[&str]) -> Document {
    doc! { "onShift": true, "zone": { "$in": zones } }
}

pub(super) async fn zones_with_room(
    documents: &Documents,
) -> Result<Vec<(Zone, Vec<Shift>)>, Error> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(rename = "_id")]
        group: Group,
    }
    #[derive(Deserialize)]
    struct Group {
        zone: Zone,
        #[serde(default)]
        shifts: Vec<Shift>,
    }
    let stages = [
        doc! { "$match": { "onShift": true, "room": { "$gt": 0 } } },
        doc! { "$group": { "_id": { "zone": "$zone", "shifts": "$shifts" } } },
    ];
    let found: Vec<Found> = documents.aggregate(AGENTS, stages).await?;
    let with_plan = |found: Found| (found.group.zone, found.group.shifts);
    Ok(found.into_iter().map(with_plan).collect())
}

pub(super) async fn any_in(documents: &Documents, zone: &Zone) -> Result<bool, Error> {
    let found: Option<Document> = documents.find_one(AGENTS, in_zone(zone)).await?;
    Ok(found.is_some())
}

/// The query of [`any_in`].
pub(in crate::store) fn in_zone(zone: &Zone) -> Document {
    doc! { "onShift": { "$in": [false, true] }, "zone": zone.as_str() }
}

pub(super) async fn find(documents: &Documents, agent: AgentId) -> Result<Option<Agent>, Error> {
    let filter = doc! { "_id": id(agent.as_uuid()) };
    Ok(seen(documents, filter, by_id(1)).await?.pop())
}

pub(super) async fn find_by_login(
    documents: &Documents,
    login: UserId,
) -> Result<Option<Agent>, Error> {
    Ok(seen(documents, by_login(login), by_id(1)).await?.pop())
}

/// The query of [`find_by_login`].
pub(in crate::store) fn by_login(login: UserId) -> Document {
    doc! { "userId": id(login.as_uuid()) }
}

pub(super) async fn page(
    documents: &Documents,
    after: Option<AgentId>,
    limit: u64,
) -> Result<Vec<Agent>, Error> {
    let from = after.map_or_else(
        Document::new,
        |after| doc! { "_id": { "$gt": id(after.as_uuid()) } },
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    seen(documents, from, by_id(limit)).await
}

pub(super) async fn locations(
    documents: &Documents,
    agents: &[AgentId],
) -> Result<Vec<(AgentId, i64, Location)>, Error> {
    let ids = agents.iter().map(|agent| id(agent.as_uuid())).collect();
    let positions = positions(documents, ids).await?;
    let seen = |(agent, position): (_, Position)| {
        let location = position.location()?;
        Some((
            AgentId::from_uuid(uuid(agent)),
            position.locations,
            location,
        ))
    };
    Ok(positions.into_iter().filter_map(seen).collect())
}

pub(super) async fn loads(documents: &Documents) -> Result<Vec<(AgentId, i64, i64)>, Error> {
    #[derive(Deserialize)]
    struct Figure {
        #[serde(rename = "_id")]
        agent: Uuid,
        load: i64,
    }
    impl Figure {
        fn agent(&self) -> AgentId {
            AgentId::from_uuid(uuid(self.agent))
        }
    }
    let snapshot = documents.snapshot().await?;
    let stages = [
        doc! { "$sort": { "_id": 1 } },
        doc! { "$project": { "load": 1 } },
    ];
    let figures: Vec<Figure> = snapshot.aggregate(AGENTS, stages).await?;
    let agents: Vec<AgentId> = figures.iter().map(Figure::agent).collect();
    let counted = deliveries::documents::in_hand(&snapshot, &agents).await?;
    snapshot.release().await;
    let both = |figure: Figure| {
        let agent = figure.agent();
        let in_hand = counted.get(&agent).copied().unwrap_or_default();
        (agent, figure.load, in_hand)
    };
    Ok(figures.into_iter().map(both).collect())
}

pub(super) async fn any(documents: &Documents) -> Result<bool, Error> {
    let found: Option<Document> = documents.find_one(AGENTS, doc! {}).await?;
    Ok(found.is_some())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    id: Uuid,
    user_id: Uuid,
    name: String,
    phone: String,
    zone: Zone,
    on_shift: bool,
    /// Agents of an earlier version have none.
    #[serde(default)]
    shifts: Vec<Shift>,
    capacity: Option<u32>,
    load: i64,
    version: i64,
}

#[derive(Deserialize)]
struct Position {
    #[serde(rename = "_id")]
    agent: Uuid,
    locations: i64,
    #[serde(default)]
    latitude: Option<i64>,
    #[serde(default)]
    longitude: Option<i64>,
    #[serde(default)]
    at: Option<i64>,
}

impl Stored {
    fn seen(self, position: Option<&Position>) -> Agent {
        Agent {
            id: AgentId::from_uuid(uuid(self.id)),
            user_id: UserId::from_uuid(uuid(self.user_id)),
            name: self.name,
            phone: self.phone,
            zone: self.zone,
            on_shift: self.on_shift,
            shifts: self.shifts,
            capacity: self.capacity,
            load: self.load,
            location: position.and_then(Position::location),
            locations: position.map_or(0, |position| position.locations),
            version: self.version,
        }
    }
}

impl Position {
    fn location(&self) -> Option<Location> {
        Some(Location {
            latitude: Degrees::from_millionths(self.latitude?),
            longitude: Degrees::from_millionths(self.longitude?),
            at: Timestamp::from_micros(self.at?),
        })
    }
}

/// Agents, with where they were last seen.
async fn seen(
    documents: &Documents,
    filter: Document,
    listing: Listing,
) -> Result<Vec<Agent>, Error> {
    let agents: Vec<Stored> = documents.find(AGENTS, filter, listing).await?;
    let ids = agents.iter().map(|agent| id(uuid(agent.id))).collect();
    let positions = positions(documents, ids).await?;
    let seen = |agent: Stored| {
        let position = positions.get(&agent.id);
        agent.seen(position)
    };
    Ok(agents.into_iter().map(seen).collect())
}

async fn positions(
    documents: &Documents,
    agents: Vec<Bson>,
) -> Result<BTreeMap<Uuid, Position>, Error> {
    if agents.is_empty() {
        return Ok(BTreeMap::new());
    }
    let of_these = doc! { "_id": { "$in": agents } };
    let found: Vec<Position> = documents
        .find(POSITIONS, of_these, Listing::default())
        .await?;
    let by_agent = |position: Position| (position.agent, position);
    Ok(found.into_iter().map(by_agent).collect())
}

fn by_id(limit: i64) -> Listing {
    Listing {
        sort: doc! { "_id": 1 },
        limit,
    }
}

/// The fields that an admin sets, and what follows from them.
fn changeable(agent: &Agent, now: Timestamp) -> Result<Document, Error> {
    #[derive(Serialize)]
    struct Plan<'a> {
        shifts: &'a [Shift],
    }
    let plan = Plan {
        shifts: &agent.shifts,
    };
    let mut fields = documents::document(AGENTS, &plan)?;
    let room = |capacity: u32| i64::from(capacity) - agent.load;
    fields.extend(doc! {
        "name": &agent.name,
        "phone": &agent.phone,
        "zone": agent.zone.as_str(),
        "onShift": agent.on_shift,
        "capacity": agent.capacity.map(i64::from),
        "room": agent.capacity.map_or(NO_LIMIT, room),
        "version": agent.version,
        "updatedAt": now.micros(),
    });
    Ok(fields)
}
