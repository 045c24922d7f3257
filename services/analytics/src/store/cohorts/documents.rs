//! The collection `cohorts`.

use std::collections::BTreeMap;

use revcart_persistence::documents::values::{Document, doc};
use revcart_persistence::documents::{Change, Documents, Listing};
use serde::Deserialize;
use shared_events::Timestamp;

use super::{Asked, Error};
use crate::domain::cohorts::Cell;
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;

pub(in crate::store) const COLLECTION: &str = "cohorts";

#[derive(Deserialize)]
struct Stored {
    grain: String,
    measure: String,
    cohort: i64,
    period: i64,
    users: i64,
}

pub(super) async fn add(documents: &Documents, cells: &BTreeMap<Cell, i64>) -> Result<(), Error> {
    let change = |(cell, users): (&Cell, &i64)| {
        let (grain, measure) = (cell.grain.name(), cell.measure.name());
        let (cohort, period) = (cell.cohort.micros(), cell.period.micros());
        Change {
            filter: doc! { "_id": format!("{grain}/{measure}/{cohort}/{period}") },
            update: doc! {
                "$inc": { "users": *users },
                "$setOnInsert": {
                    "grain": grain,
                    "measure": measure,
                    "cohort": cohort,
                    "period": period,
                },
            },
            upsert: true,
        }
    };
    let changes: Vec<Change> = cells.iter().map(change).collect();
    documents.change(COLLECTION, &changes).await.map(drop)
}

pub(super) async fn find(documents: &Documents, asked: &Asked) -> Result<Vec<(Cell, i64)>, Error> {
    let mut found = all(documents, filter(asked)).await?;
    found.retain(|(cell, _)| cell.period < asked.before);
    Ok(found)
}

/// Of all periods: two ranges in one index are more than every server can use.
pub(in crate::store) fn filter(asked: &Asked) -> Document {
    doc! {
        "grain": asked.grain.name(),
        "measure": asked.measure.name(),
        "cohort": { "$gte": asked.from.micros(), "$lt": asked.until.micros() },
    }
}

pub(super) async fn of_period(
    documents: &Documents,
    grain: Grain,
    period: Timestamp,
) -> Result<Vec<(Cell, i64)>, Error> {
    all(documents, period_filter(grain, period)).await
}

pub(in crate::store) fn period_filter(grain: Grain, period: Timestamp) -> Document {
    doc! { "grain": grain.name(), "period": period.micros() }
}

pub(super) async fn clear(
    documents: &Documents,
    grain: Grain,
    period: Timestamp,
) -> Result<(), Error> {
    let these = period_filter(grain, period);
    documents.delete(COLLECTION, these).await.map(drop)
}

async fn all(documents: &Documents, filter: Document) -> Result<Vec<(Cell, i64)>, Error> {
    let found: Vec<Stored> = documents
        .find(COLLECTION, filter, Listing::default())
        .await?;
    let cell = |stored: Stored| {
        let cell = Cell {
            grain: Grain::find(&stored.grain)?,
            measure: Measure::find(&stored.measure)?,
            cohort: Timestamp::from_micros(stored.cohort),
            period: Timestamp::from_micros(stored.period),
        };
        Some((cell, stored.users))
    };
    Ok(found.into_iter().filter_map(cell).collect())
}
