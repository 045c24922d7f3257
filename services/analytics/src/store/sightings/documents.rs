//! The collection `sightings`: the key says it all.

use std::collections::HashSet;

use revcart_persistence::documents::values::{Document, doc};
use revcart_persistence::documents::{Documents, Listing};
use serde::Deserialize;
use shared_events::Timestamp;

use super::Error;
use crate::domain::measure::Measure;
use crate::domain::tally::Sighting;

pub(in crate::store) const COLLECTION: &str = "sightings";

#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    key: String,
}

/// Looks first and inserts who is new. Two replicas that see somebody at once meet on the key, and one of them runs again.
pub(super) async fn note(
    documents: &Documents,
    sightings: &[Sighting],
) -> Result<Vec<(Timestamp, Measure)>, Error> {
    if sightings.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = sightings.iter().map(key).collect();
    let these = doc! { "_id": { "$in": &keys } };
    let known: Vec<Stored> = documents
        .find(COLLECTION, these, Listing::default())
        .await?;
    let known: HashSet<String> = known.into_iter().map(|stored| stored.key).collect();
    let (mut new, mut stored) = (Vec::new(), Vec::new());
    for (sighting, key) in sightings.iter().zip(keys) {
        if !known.contains(&key) {
            new.push((sighting.day, sighting.measure));
            stored.push(doc! { "_id": key, "day": sighting.day.micros() });
        }
    }
    documents.claim(COLLECTION, &stored).await?;
    Ok(new)
}

fn key(sighting: &Sighting) -> String {
    let day = sighting.day.micros();
    format!("{day}/{}/{}", sighting.measure.name(), sighting.who)
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
