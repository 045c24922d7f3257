//! Users by when they registered, and what they did in the weeks and months after.

use std::collections::{BTreeMap, BTreeSet};

use shared_events::{Timestamp, UserId};

use super::grain::Grain;
use super::measure::Measure;
use super::tally::Sighting;

/// By what users are put together.
pub const GRAINS: [Grain; 2] = [Grain::Week, Grain::Month];
/// What is counted of them.
pub const MEASURES: [Measure; 2] = [Measure::ActiveUsers, Measure::OrderingUsers];

/// Those of a cohort who did something in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Weeks or months.
    pub grain: Grain,
    /// What they did.
    pub measure: Measure,
    /// When the week or month began in which they registered.
    pub cohort: Timestamp,
    /// When the one began in which they did it.
    pub period: Timestamp,
}

/// Users by when they registered.
pub type Members = BTreeMap<UserId, Timestamp>;

/// The user of a sighting that counts for cohorts.
#[must_use]
pub fn user_of(sighting: &Sighting) -> Option<UserId> {
    let counts = GRAINS.contains(&sighting.grain) && MEASURES.contains(&sighting.measure);
    counts.then(|| sighting.who.parse().ok()).flatten()
}

/// What sightings add, of users whose registration is known. Nobody does anything before: a clock was wrong, or the message
/// of another time came under this name.
#[must_use]
pub fn cells<'a>(
    sightings: impl IntoIterator<Item = &'a Sighting>,
    members: &Members,
) -> BTreeMap<Cell, i64> {
    let mut cells = BTreeMap::new();
    for sighting in sightings {
        let registered = user_of(sighting).and_then(|user| members.get(&user));
        let Some(registered) = registered else {
            continue;
        };
        let cell = Cell {
            grain: sighting.grain,
            measure: sighting.measure,
            cohort: sighting.grain.start(*registered),
            period: sighting.start,
        };
        if cell.cohort <= cell.period {
            *cells.entry(cell).or_insert(0) += 1;
        }
    }
    cells
}

/// The sightings that users who registered could have had until `now`: for looking them up when a registration comes after
/// what the user did. Not of those before `kept`, which are forgotten.
#[must_use]
pub fn possible(
    members: &Members,
    kept: Timestamp,
    now: Timestamp,
) -> BTreeSet<(Grain, Timestamp)> {
    let earliest = members.values().copied().min().unwrap_or(now).max(kept);
    let mut starts = BTreeSet::new();
    for grain in GRAINS {
        let mut start = grain.start(earliest);
        while start <= now {
            starts.insert((grain, start));
            start = grain.next(start);
        }
        // The clock of who sent it may be a little ahead.
        starts.insert((grain, start));
    }
    starts
}
