//! Publishes `CartAbandoned` for carts that nobody has touched for a while, once until they are touched again.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{CartAbandoned, CartId};

use crate::app::App;
use crate::domain::cart::{Cart, Item};
use crate::store::{self, carts, idleness};

/// Carts in one transaction.
const MOST: u64 = 100;
/// The job comes round ten times while a cart grows stale, within these bounds.
const OFTENEST: Duration = Duration::from_secs(1);
const RAREST: Duration = Duration::from_secs(60);

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    let every = (app.config.abandoned_after / 10).clamp(OFTENEST, RAREST);
    Job::every("tell-abandoned", every, move || {
        let app = app.clone();
        Box::pin(async move {
            let until = app.clock.now().before(app.config.abandoned_after);
            if !idleness::any(app.database.read(), until).await? {
                return Ok(Progress::Idle);
            }
            let database = app.database.clone();
            let told = database
                .write(app, |unit, app| Box::pin(tell(unit, app)))
                .await?;
            Ok(if told < MOST {
                Progress::Idle
            } else {
                Progress::More
            })
        })
    })
}

async fn tell(unit: &mut UnitOfWork, app: &App) -> Result<u64, store::Error> {
    let until = unit.now().before(app.config.abandoned_after);
    let idle: Vec<CartId> = idleness::take(unit.sql(), until, MOST).await?;
    let carts = carts::find_all(unit.sql(), &idle).await?;
    idleness::mark_told(unit.sql(), &idle).await?;
    let cause = Cause::new("tell-abandoned");
    for cart in idle.iter().filter_map(|id| carts.get(id)) {
        if let Some(abandoned) = abandoned(app, cart).await? {
            unit.publish(abandoned, &cause);
        }
    }
    Ok(idle.len() as u64)
}

/// `None` if there is nothing left in it to be reminded of.
async fn abandoned(app: &App, cart: &Cart) -> Result<Option<CartAbandoned>, store::Error> {
    if cart.items.is_empty() {
        return Ok(None);
    }
    let coupon = app.coupon_of(cart).await?;
    let coupon = coupon
        .as_ref()
        .map(Option::as_ref)
        .map_err(|problem| *problem);
    let sums = cart
        .sums(coupon, None, &app.config.tariff)
        .inspect_err(|error| tracing::error!(cart = %cart.id, %error, "a cart cannot be priced"));
    Ok(sums.ok().map(|sums| CartAbandoned {
        cart_id: cart.id,
        user_id: cart.user_id,
        items: cart.items.iter().map(Item::line).collect(),
        total: sums.price.total,
        last_activity_at: cart.active_at,
    }))
}
