//! Deletes guests' carts and empties users' that nobody has touched for very long. A user's cart itself stays, so that its
//! versions go on.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_persistence::UnitOfWork;
use shared_events::CartId;

use crate::app::App;
use crate::store::{self, age, carts, items};

/// Carts in one transaction.
const MOST: u64 = 100;
/// The jobs come round ten times while a cart grows old, within these bounds.
const OFTENEST: Duration = Duration::from_secs(1);
const RAREST: Duration = Duration::from_secs(600);

pub(super) fn guests(app: &App) -> Job {
    job(app, "expire-guest-carts", true)
}

pub(super) fn users(app: &App) -> Job {
    job(app, "expire-user-carts", false)
}

fn job(app: &App, name: &'static str, guests: bool) -> Job {
    let app = app.clone();
    let kept = if guests {
        app.config.guests_kept
    } else {
        app.config.kept
    };
    Job::every(name, (kept / 10).clamp(OFTENEST, RAREST), move || {
        let app = app.clone();
        Box::pin(async move {
            let until = app.clock.now().before(kept);
            if !age::any(app.database.read(), guests, until).await? {
                return Ok(Progress::Idle);
            }
            let database = app.database.clone();
            let expired = database
                .write((app, kept), move |unit, (app, kept)| {
                    Box::pin(expire(unit, app, *kept, guests))
                })
                .await?;
            Ok(if expired < MOST {
                Progress::Idle
            } else {
                Progress::More
            })
        })
    })
}

async fn expire(
    unit: &mut UnitOfWork,
    app: &App,
    kept: Duration,
    guests: bool,
) -> Result<u64, store::Error> {
    let until = unit.now().before(kept);
    let old = age::take(unit.sql(), guests, until, MOST).await?;
    if guests {
        age::delete(unit.sql(), &old).await?;
    } else {
        empty(unit, &old).await?;
    }
    let count = old.len() as u64;
    app.cache.forget(unit, old);
    Ok(count)
}

async fn empty(unit: &UnitOfWork, old: &[CartId]) -> Result<(), store::Error> {
    let found = carts::find_all(unit.sql(), old).await?;
    let full: Vec<CartId> = old
        .iter()
        .copied()
        .filter(|id| {
            let cart = found.get(id);
            cart.is_some_and(|cart| !cart.items.is_empty() || cart.coupon.is_some())
        })
        .collect();
    items::delete_all(unit.sql(), &full).await?;
    carts::raise_versions(unit.sql(), &full, 1, true).await?;
    Ok(age::mark_done(unit.sql(), old).await?)
}
