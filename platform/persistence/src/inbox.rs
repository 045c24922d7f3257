//! The inbox: which messages a service has already handled. The claim commits with the effect, so a message that comes
//! twice has its effect once.

pub(crate) mod documents;
pub(crate) mod sql;

use std::collections::HashSet;
use std::time::Duration;

use shared_events::MessageId;

use crate::unit_of_work::Work;
use crate::{Database, Error, UnitOfWork};

pub(crate) use documents::COLLECTION;

/// How long a claim is remembered: longer than a message can live in a queue and its dead-letter queue together
/// (4 and 14 days).
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Claims messages for this unit of work and returns those that nobody had claimed before. No id may be given twice.
///
/// # Errors
/// [`Error`] of the database.
pub async fn claim(unit: &UnitOfWork, ids: &[MessageId]) -> Result<HashSet<MessageId>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::claim(tx, ids, unit.now()).await,
        Work::Documents(documents) => documents::claim(documents, ids, unit.now()).await,
    }
}

/// Forgets up to `most` claims older than [`KEPT`]; returns how many. Ids carry the time they were made, so this walks the
/// primary key from its old end.
///
/// # Errors
/// [`Error`] of the database.
pub async fn forget_old(unit: &UnitOfWork, most: u64) -> Result<u64, Error> {
    let kept = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
    let first_kept = Database::first_id_at(unit.now().micros().saturating_sub(kept));
    match unit.work() {
        Work::Sql(tx) => sql::forget_before(tx, first_kept, most).await,
        Work::Documents(documents) => documents::forget_before(documents, first_kept, most).await,
    }
}
