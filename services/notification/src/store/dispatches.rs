//! What goes out because of notices, mails above all: which are to be sent, and what became of them. A dispatch belongs to the
//! process that has leased it, until the lease ends; what a process says of one that is done with already changes nothing.

pub(super) mod documents;
pub(super) mod sql;

use std::time::Duration;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::{NotificationId, Timestamp};

use super::Error;
use crate::domain::{Dispatch, DispatchStatus, Template};

/// How long a dispatch belongs to the process that has it in hand.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// Takes over up to `most` dispatches that are due: what a crash left, what failed before.
pub(crate) async fn claim_due(unit: &UnitOfWork, most: u32) -> Result<Vec<Dispatch>, Error> {
    let now = unit.now();
    match unit.work() {
        Work::Sql(tx) => sql::claim_due(tx, most, now).await,
        Work::Documents(documents) => documents::claim_due(documents, most, now).await,
    }
}

/// Notes what became of dispatches that are done with. Their HTML is kept no longer, nor are secrets.
pub(crate) async fn done(
    unit: &UnitOfWork,
    dispatches: &[Dispatch],
    status: DispatchStatus,
) -> Result<(), Error> {
    let tells = |dispatch: &Dispatch| {
        let template = dispatch.template.parse::<Template>();
        template.is_ok_and(Template::is_secret)
    };
    for is_secret in [false, true] {
        let these = dispatches
            .iter()
            .filter(|dispatch| tells(dispatch) == is_secret);
        let done = Done {
            ids: these.map(|dispatch| dispatch.id).collect(),
            status,
            at: unit.now(),
            is_secret,
        };
        if done.ids.is_empty() {
            continue;
        }
        match unit.work() {
            Work::Sql(tx) => sql::done(tx, done).await?,
            Work::Documents(documents) => documents::done(documents, done).await?,
        }
    }
    Ok(())
}

/// Dispatches that nothing more is to be done about.
struct Done {
    ids: Vec<NotificationId>,
    status: DispatchStatus,
    at: Timestamp,
    is_secret: bool,
}

/// Notes that dispatches could not be sent now, and when the next try is.
pub(crate) async fn postpone(
    unit: &UnitOfWork,
    ids: &[NotificationId],
    why: &str,
    until: Timestamp,
) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::postpone(tx, ids, why, until).await,
        Work::Documents(documents) => documents::postpone(documents, ids, why, until).await,
    }
}

#[cfg(test)]
mod tests;
