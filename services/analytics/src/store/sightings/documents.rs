//! The collection `sightings`: the key says it all.

use std::collections::{BTreeSet, HashMap, HashSet};

use revcart_persistence::documents::values::{Document, doc};
use revcart_persistence::documents::{Documents, Listing};
use serde::Deserialize;
use shared_events::{Timestamp, UserId};

use super::Error;
use crate::domain::cohorts;
use crate::domain::grain::Grain;
use crate::domain::tally::Sighting;

pub(in crate::store) const COLLECTION: &str = "sightings";
/// Keys looked for in one command.
const MOST_KEYS: usize = 10_000;

#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    key: String,
}

/// Looks first and inserts who is new. Two replicas that see somebody at once meet on the key, and one of them runs again.
pub(super) async fn note(
    documents: &Documents,
    sightings: &[Sighting],
) -> Result<Vec<Sighting>, Error> {
    if sightings.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = sightings.iter().map(key).collect();
    let known = known(documents, &keys).await?;
    let (mut new, mut stored) = (Vec::new(), Vec::new());
    for (sighting, key) in sightings.iter().zip(keys) {
        if !known.contains(&key) {
            stored.push(doc! {
                "_id": key,
                "day": sighting.start.micros(),
                "what": super::what(sighting.measure, sighting.grain),
            });
            new.push(sighting.clone());
        }
    }
    documents.claim(COLLECTION, &stored).await?;
    Ok(new)
}

async fn known(documents: &Documents, keys: &[String]) -> Result<HashSet<String>, Error> {
    let mut known = HashSet::new();
    for keys in keys.chunks(MOST_KEYS) {
        let these = doc! { "_id": { "$in": keys } };
        let found: Vec<Stored> = documents
            .find(COLLECTION, these, Listing::default())
            .await?;
        known.extend(found.into_iter().map(|stored| stored.key));
    }
    Ok(known)
}

fn key(sighting: &Sighting) -> String {
    let (start, what) = (
        sighting.start.micros(),
        super::what(sighting.measure, sighting.grain),
    );
    format!("{start}/{what}/{}", sighting.who)
}

pub(super) async fn of_users(
    documents: &Documents,
    users: &[UserId],
    starts: &BTreeSet<(Grain, Timestamp)>,
) -> Result<Vec<Sighting>, Error> {
    let mut possible = HashMap::new();
    for user in users {
        for (grain, start) in starts {
            for measure in cohorts::MEASURES {
                let sighting = Sighting {
                    start: *start,
                    measure,
                    grain: *grain,
                    who: user.to_string(),
                };
                possible.insert(key(&sighting), sighting);
            }
        }
    }
    let keys: Vec<String> = possible.keys().cloned().collect();
    let known = known(documents, &keys).await?;
    let found = known.iter().filter_map(|key| possible.remove(key));
    Ok(found.collect())
}

pub(super) async fn clear(
    documents: &Documents,
    grain: Grain,
    start: Timestamp,
) -> Result<(), Error> {
    let whats: Vec<String> = super::all_whats(grain).collect();
    let these = doc! { "day": start.micros(), "what": { "$in": whats } };
    documents.delete(COLLECTION, these).await.map(drop)
}

pub(super) async fn forget(documents: &Documents, day: Timestamp, most: u32) -> Result<u64, Error> {
    let some = Listing {
        limit: i64::from(most),
        ..Listing::default()
    };
    documents.delete_some(COLLECTION, old(day), some).await
}

pub(in crate::store) fn old(day: Timestamp) -> Document {
    doc! { "day": { "$lt": day.micros() } }
}
