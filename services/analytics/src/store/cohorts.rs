//! `cohorts`: how many of those who registered in a week or month did something in that and in later ones.

pub(super) mod documents;
pub(super) mod sql;

use std::collections::{BTreeMap, HashSet};

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::{Timestamp, UserId};

use super::{Error, SIGHTINGS_KEPT, members, sightings};
use crate::domain::cohorts::{self, Cell, Members};
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;
use crate::domain::tally::Sighting;

/// Which cells are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) grain: Grain,
    pub(crate) measure: Measure,
    /// Of cohorts from this one on,
    pub(crate) from: Timestamp,
    /// before this one;
    pub(crate) until: Timestamp,
    /// what they did before this.
    pub(crate) before: Timestamp,
}

/// Counts what users of known registration did for the first time in a period, and what users did before their registration
/// came to be known: whichever comes first, each counts once.
pub(crate) async fn count(
    unit: &UnitOfWork,
    registered: &Members,
    new: &[Sighting],
) -> Result<(), Error> {
    let registered = members::note(unit, registered).await?;
    let users: HashSet<UserId> = new.iter().filter_map(cohorts::user_of).collect();
    let users: Vec<UserId> = users.into_iter().collect();
    let known = members::find(unit, &users).await?;
    let mut added = cohorts::cells(new, &known);
    if !registered.is_empty() {
        let (now, kept) = (unit.now(), unit.now().before(SIGHTINGS_KEPT));
        let starts = cohorts::possible(&registered, kept, now);
        let users: Vec<UserId> = registered.keys().copied().collect();
        let seen = sightings::of_users(unit, &users, &starts).await?;
        let new: HashSet<&Sighting> = new.iter().collect();
        let before = seen.iter().filter(|sighting| !new.contains(sighting));
        for (cell, users) in cohorts::cells(before, &registered) {
            *added.entry(cell).or_insert(0) += users;
        }
    }
    add(unit, &added).await
}

async fn add(unit: &UnitOfWork, cells: &BTreeMap<Cell, i64>) -> Result<(), Error> {
    if cells.is_empty() {
        return Ok(());
    }
    match unit.work() {
        Work::Sql(tx) => sql::add(tx, cells).await,
        Work::Documents(documents) => documents::add(documents, cells).await,
    }
}

/// The cells that are asked for and not empty.
pub(crate) async fn find(database: &Database, asked: &Asked) -> Result<Vec<(Cell, i64)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::find(connection, asked).await,
        Reader::Documents(documents) => documents::find(documents, asked).await,
    }
}

/// Puts these cells in place of all of one period; returns how many were others before.
pub(crate) async fn replace(
    unit: &UnitOfWork,
    (grain, period): (Grain, Timestamp),
    cells: &BTreeMap<Cell, i64>,
) -> Result<u64, Error> {
    let stored = match unit.work() {
        Work::Sql(tx) => sql::of_period(tx, grain, period).await?,
        Work::Documents(documents) => documents::of_period(documents, grain, period).await?,
    };
    let stored: BTreeMap<Cell, i64> = stored
        .into_iter()
        .filter(|(_, users)| *users != 0)
        .collect();
    if stored == *cells {
        return Ok(0);
    }
    match unit.work() {
        Work::Sql(tx) => sql::clear(tx, grain, period).await?,
        Work::Documents(documents) => documents::clear(documents, grain, period).await?,
    }
    add(unit, cells).await?;
    let others = |(cell, users): &(&Cell, &i64)| stored.get(cell) != Some(users);
    let gone = stored.keys().filter(|cell| !cells.contains_key(cell));
    Ok((cells.iter().filter(others).count() + gone.count()) as u64)
}
