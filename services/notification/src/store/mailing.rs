//! The mails among the notices: which are to be sent, and what became of them. A mail belongs to the process that has leased
//! it, until the lease ends; what a process says of a mail that is done with already changes nothing.

pub(super) mod documents;
pub(super) mod sql;

use std::time::Duration;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::{NotificationId, Timestamp};

use super::Error;
use crate::domain::{Mail, MailStatus};

/// How long a mail belongs to the process that has it in hand.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// Takes over up to `most` mails that are due: what a crash left, what failed before.
pub(crate) async fn claim_due(unit: &UnitOfWork, most: u32) -> Result<Vec<Mail>, Error> {
    let now = unit.now();
    match unit.work() {
        Work::Sql(tx) => sql::claim_due(tx, most, now).await,
        Work::Documents(documents) => documents::claim_due(documents, most, now).await,
    }
}

/// Notes what became of mails that are done with.
pub(crate) async fn done(
    unit: &UnitOfWork,
    ids: &[NotificationId],
    status: MailStatus,
) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::done(tx, ids, status, unit.now()).await,
        Work::Documents(documents) => documents::done(documents, ids, status, unit.now()).await,
    }
}

/// Notes that mails could not be sent now, and when the next try is.
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
