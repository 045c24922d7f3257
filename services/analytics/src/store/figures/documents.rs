//! The collection `figures`: a document for each bucket, with all that was counted in it.

use std::collections::BTreeMap;

use revcart_persistence::documents::values::{Document, doc};
use revcart_persistence::documents::{Change, Documents, Listing};
use serde::Deserialize;
use shared_events::Timestamp;

use super::{Error, Stretch};
use crate::domain::figures::{Figures, Sum};
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;
use crate::domain::tally::Place;

pub(in crate::store) const COLLECTION: &str = "figures";
/// Buckets of a stretch that are rather asked for by their ids.
const SHORT: usize = 64;
/// Stands where a currency would, for what has none.
const NO_CURRENCY: &str = "none";

/// A bucket: sums by measure and currency.
#[derive(Deserialize)]
struct Stored {
    start: i64,
    sums: BTreeMap<String, BTreeMap<String, StoredSum>>,
}

#[derive(Deserialize)]
struct StoredSum {
    count: i64,
    minor: i64,
}

/// One change for each bucket, whatever the number of events and measures.
pub(super) async fn add(documents: &Documents, sums: BTreeMap<Place, Sum>) -> Result<(), Error> {
    let mut buckets: BTreeMap<(Grain, Timestamp), Document> = BTreeMap::new();
    for (place, sum) in sums {
        let added = buckets.entry((place.grain, place.start)).or_default();
        let currency = place
            .currency
            .map_or_else(|| NO_CURRENCY.to_owned(), |it| it.to_string());
        let path = format!("sums.{}.{currency}", place.measure.name());
        added.insert(format!("{path}.count"), sum.count);
        added.insert(format!("{path}.minor"), sum.minor);
    }
    let change = |((grain, start), added): ((Grain, Timestamp), Document)| Change {
        filter: doc! { "_id": id(grain, start) },
        update: doc! {
            "$inc": added,
            "$setOnInsert": { "grain": grain.name(), "start": start.micros() },
        },
        upsert: true,
    };
    let changes: Vec<Change> = buckets.into_iter().map(change).collect();
    documents.change(COLLECTION, &changes).await.map(drop)
}

fn id(grain: Grain, start: Timestamp) -> String {
    format!("{}/{}", grain.name(), start.micros())
}

/// Long stretches one by one along the index, the buckets of short ones by their ids.
pub(super) async fn read(
    documents: &Documents,
    grain: Grain,
    stretches: &[Stretch],
) -> Result<BTreeMap<Timestamp, Figures>, Error> {
    let mut series = BTreeMap::new();
    let mut ids = Vec::new();
    for stretch in stretches {
        let starts = starts(grain, *stretch);
        if stretches.len() > 1 && starts.clone().count() <= SHORT {
            ids.extend(starts.map(|start| id(grain, start)));
        } else {
            series.append(&mut find(documents, read_filter(grain, *stretch)).await?);
        }
    }
    if !ids.is_empty() {
        let these = doc! { "_id": { "$in": ids } };
        series.append(&mut find(documents, these).await?);
    }
    Ok(series)
}

/// The buckets of a stretch, as far as they are worth counting.
fn starts(grain: Grain, (from, until): Stretch) -> impl Iterator<Item = Timestamp> + Clone {
    let next = move |start: &Timestamp| Some(grain.next(*start)).filter(|next| next > start);
    std::iter::successors(Some(from), next)
        .take_while(move |start| *start < until)
        .take(SHORT + 1)
}

async fn find(
    documents: &Documents,
    filter: Document,
) -> Result<BTreeMap<Timestamp, Figures>, Error> {
    let found: Vec<Stored> = documents
        .find(COLLECTION, filter, Listing::default())
        .await?;
    let bucket = |stored: Stored| (Timestamp::from_micros(stored.start), Figures::from(stored));
    Ok(found.into_iter().map(bucket).collect())
}

pub(in crate::store) fn read_filter(grain: Grain, (from, until): Stretch) -> Document {
    doc! {
        "grain": grain.name(),
        "start": { "$gte": from.micros(), "$lt": until.micros() },
    }
}

pub(super) async fn ever(documents: &Documents) -> Result<Figures, Error> {
    let start = Grain::Ever.start(Timestamp::from_micros(0));
    let stored: Option<Stored> = documents
        .find_one(COLLECTION, doc! { "_id": id(Grain::Ever, start) })
        .await?;
    Ok(stored.map(Figures::from).unwrap_or_default())
}

pub(super) async fn forget_minutes(
    documents: &Documents,
    before: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    let oldest = Listing {
        sort: doc! { "start": 1 },
        limit: i64::from(most),
    };
    documents
        .delete_some(COLLECTION, old_minutes(before), oldest)
        .await
}

pub(in crate::store) fn old_minutes(before: Timestamp) -> Document {
    doc! { "grain": Grain::Minute.name(), "start": { "$lt": before.micros() } }
}

/// A measure that this program does not know was counted by a later one, and is not shown.
impl From<Stored> for Figures {
    fn from(stored: Stored) -> Self {
        let mut figures = Self::default();
        for (measure, sums) in stored.sums {
            let Some(measure) = Measure::find(&measure) else {
                continue;
            };
            for (currency, StoredSum { count, minor }) in sums {
                figures.add(measure, currency.parse().ok(), Sum { count, minor });
            }
        }
        figures
    }
}
