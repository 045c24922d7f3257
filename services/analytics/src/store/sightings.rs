//! `sightings`: who was there on which day, so that nobody counts twice.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::Timestamp;

use super::Error;
use crate::domain::measure::Measure;
use crate::domain::tally::Sighting;

/// Notes who was there, and returns day and measure of each who had not been noted before. Nobody may be given twice.
pub(crate) async fn note(
    unit: &UnitOfWork,
    sightings: &[Sighting],
) -> Result<Vec<(Timestamp, Measure)>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::note(tx, sightings).await,
        Work::Documents(documents) => documents::note(documents, sightings).await,
    }
}

/// Forgets some of those who were there before `day`, at most `most`; returns how many.
pub(crate) async fn forget(unit: &UnitOfWork, day: Timestamp, most: u32) -> Result<u64, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::forget(tx, day, most).await,
        Work::Documents(documents) => documents::forget(documents, day, most).await,
    }
}
