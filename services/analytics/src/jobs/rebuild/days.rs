//! Days: sums by minute, quarter, hour and day, products, carts; and what changes about a day changes about all of history.

use std::collections::BTreeMap;

use revcart_persistence::UnitOfWork;
use shared_events::{CartId, Timestamp};

use super::see_again;
use crate::app::App;
use crate::domain::carts::{self, Fate};
use crate::domain::figures::Sum;
use crate::domain::grain::Grain;
use crate::domain::rebuild::Window;
use crate::domain::tally::{Additions, Place};
use crate::store::{self, cart_moments, figures, members, order_numbers, product_days};

/// The lengths of time that a day is made of.
const GRAINS: [Grain; 4] = [Grain::Minute, Grain::Quarter, Grain::Hour, Grain::Day];

/// Corrects all that is kept of a day; returns how many figures were others before.
pub(super) async fn correct(
    unit: &UnitOfWork,
    app: &App,
    day: Window,
    mut additions: Additions,
) -> Result<i64, store::Error> {
    see_again(unit, day, &additions).await?;
    members::note(unit, &additions.members).await?;
    order_numbers::note(unit, &additions.numbers).await?;
    let sightings = std::mem::take(&mut additions.sightings);
    additions.count_new(&sightings);
    follow_carts(unit, day, &mut additions).await?;
    // Minutes are forgotten by and by: what is gone stays gone.
    let kept = Grain::Minute.next(unit.now().before(app.config.minutes_kept));
    let is_kept = |place: &Place| place.grain != Grain::Minute || place.start >= kept;
    let mut changes = additions.sums;
    changes.retain(|place, _| GRAINS.contains(&place.grain) && is_kept(place));
    for (place, sum) in stored(unit, day).await? {
        if is_kept(&place) {
            let change = changes.entry(place).or_default();
            change.count -= sum.count;
            change.minor -= sum.minor;
        }
    }
    changes.retain(|_, change| *change != Sum::default());
    let products = product_days::replace(unit, day.start, &additions.shelves).await?;
    let corrected = changes.len() as i64 + i64::try_from(products).unwrap_or(i64::MAX);
    figures::add(unit, carried_on(changes)).await?;
    Ok(corrected)
}

/// What is kept of the day, place by place.
async fn stored(unit: &UnitOfWork, day: Window) -> Result<BTreeMap<Place, Sum>, store::Error> {
    let mut sums = BTreeMap::new();
    for grain in GRAINS {
        let series = figures::within(unit, grain, (day.start, day.end())).await?;
        for (start, figures) in series {
            for (measure, currency, sum) in figures.sums() {
                let place = Place {
                    grain,
                    start,
                    measure,
                    currency,
                };
                sums.insert(place, sum);
            }
        }
    }
    Ok(sums)
}

/// The same changes, and those of the longer times that the day is part of. People are counted anew there.
fn carried_on(changes: BTreeMap<Place, Sum>) -> BTreeMap<Place, Sum> {
    let mut all = changes.clone();
    let of_day =
        |(place, _): &(Place, Sum)| place.grain == Grain::Day && !place.measure.is_of_people();
    for (place, change) in changes.into_iter().filter(of_day) {
        let longer = place.measure.grains().iter();
        for &grain in longer.filter(|grain| !GRAINS.contains(grain)) {
            let start = grain.start(place.start);
            let place = Place {
                grain,
                start,
                ..place
            };
            all.entry(place).or_default().add(change);
        }
    }
    all.retain(|_, change| *change != Sum::default());
    all
}

/// Notes what happened to carts anew and counts those given up this day that were recovered: later days have been seen to.
async fn follow_carts(
    unit: &UnitOfWork,
    day: Window,
    additions: &mut Additions,
) -> Result<(), store::Error> {
    let within: (Timestamp, Timestamp) = (day.start, day.end());
    cart_moments::clear(unit, within.0, within.1).await?;
    cart_moments::note(unit, &additions.carts).await?;
    let mut given_up: Vec<CartId> = additions
        .carts
        .iter()
        .filter(|moment| moment.fate == Fate::Abandoned)
        .map(|moment| moment.cart)
        .collect();
    given_up.sort_unstable();
    given_up.dedup();
    for moments in cart_moments::find(unit, &given_up).await?.values() {
        for (at, money) in carts::recovered(moments) {
            if (within.0..within.1).contains(&at) {
                additions.recover(at, money, 1);
            }
        }
    }
    Ok(())
}
