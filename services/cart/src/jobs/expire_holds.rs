//! Gives back the coupons of checkouts that never became orders.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};

use crate::app::App;
use crate::store::holds::{self, Which};

/// Holds in one transaction.
const MOST: u64 = 100;
const EVERY: Duration = Duration::from_secs(30);

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("expire-coupon-holds", EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            let expired = holds::expired(app.database.read(), app.clock.now(), MOST).await?;
            if expired.is_empty() {
                return Ok(Progress::Idle);
            }
            let full = expired.len() as u64 == MOST;
            app.database
                .write(expired, |unit, expired| {
                    Box::pin(async move {
                        // One that is used meanwhile has no end any more.
                        let which = Which::Expired(unit.now());
                        holds::give_back(unit.sql(), expired, which).await
                    })
                })
                .await?;
            Ok(if full { Progress::More } else { Progress::Idle })
        })
    })
}
