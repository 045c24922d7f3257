//! Weeks and months: people, each counted once, cohorts, and sums that are made of days; and those of all of history.

use std::collections::BTreeMap;

use revcart_persistence::UnitOfWork;
use shared_events::{Timestamp, UserId};

use super::see_again;
use crate::domain::cohorts;
use crate::domain::figures::{Figures, Sum};
use crate::domain::grain::Grain;
use crate::domain::rebuild::Window;
use crate::domain::tally::{Additions, Place};
use crate::store::{self, figures, members};

/// Corrects what is kept of people in a week or month; returns how many figures were others before.
pub(super) async fn correct(
    unit: &UnitOfWork,
    window: Window,
    mut additions: Additions,
) -> Result<i64, store::Error> {
    see_again(unit, window, &additions).await?;
    additions.sums = BTreeMap::new();
    let sightings = std::mem::take(&mut additions.sightings);
    additions.count_new(&sightings);
    let mut changes = additions.sums;
    let stored = figures::within(unit, window.grain, (window.start, window.end())).await?;
    for (start, figures) in stored {
        for (measure, currency, sum) in figures.sums() {
            if measure.is_of_people() {
                let place = Place {
                    grain: window.grain,
                    start,
                    measure,
                    currency,
                };
                changes.entry(place).or_default().count -= sum.count;
            }
        }
    }
    changes.retain(|_, change| *change != Sum::default());
    let corrected = changes.len() as i64 + made_of_days(unit, window.grain, window.start).await?;
    figures::add(unit, changes).await?;

    let mut users: Vec<UserId> = sightings.iter().filter_map(cohorts::user_of).collect();
    users.sort_unstable();
    users.dedup();
    let registered = members::find(unit, &users).await?;
    let cells = cohorts::cells(&sightings, &registered);
    let place = (window.grain, window.start);
    let others = store::cohorts::replace(unit, place, &cells).await?;
    Ok(corrected + i64::try_from(others).unwrap_or(i64::MAX))
}

/// Corrects the sums of a week, a month or all of history by those of its days, which are kept for ever; returns how many
/// were others before.
pub(super) async fn made_of_days(
    unit: &UnitOfWork,
    grain: Grain,
    start: Timestamp,
) -> Result<i64, store::Error> {
    let mut change = Figures::default();
    let all = match grain {
        Grain::Ever => (Timestamp::MIN, Timestamp::MAX),
        _ => (start, grain.next(start)),
    };
    for day in figures::within(unit, Grain::Day, all).await?.values() {
        change.add_all(day);
    }
    let until = Timestamp::from_micros(start.micros().saturating_add(1));
    for stored in figures::within(unit, grain, (start, until)).await?.values() {
        change.subtract_all(stored);
    }
    let place = |(measure, currency, sum)| {
        let place = Place {
            grain,
            start,
            measure,
            currency,
        };
        (place, sum)
    };
    let mut changes: BTreeMap<Place, Sum> = change.sums().map(place).collect();
    changes.retain(|place, change| {
        let measure = place.measure;
        !measure.is_of_people() && measure.grains().contains(&grain) && *change != Sum::default()
    });
    let corrected = changes.len() as i64;
    figures::add(unit, changes).await?;
    Ok(corrected)
}
