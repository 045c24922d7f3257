//! Idempotency keys: the answer to a request is kept with its effect, so a repeated request gets the first answer and
//! has no second effect.

pub(crate) mod documents;
pub(crate) mod sql;

use std::time::Duration;

use crate::unit_of_work::Work;
use crate::{Error, UnitOfWork};

pub(crate) use documents::COLLECTION;

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_secs(24 * 3600);

/// A key within its scope: the same key of another identity or for another route is another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Identity and route, at most 200 bytes.
    pub scope: String,
    /// What the client sent, at most 255 bytes.
    pub key: String,
    /// A hash of the request, at most 64 bytes.
    pub fingerprint: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: the request is new.
    Fresh,
    /// The same request was answered before: this is the answer.
    Answered {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: String,
    },
    /// The key was used for another request.
    OtherRequest,
}

impl Found {
    /// What a stored answer is to this request.
    fn of(key: &Key, fingerprint: &str, status: i32, body: String) -> Self {
        if fingerprint == key.fingerprint {
            Self::Answered {
                status: u16::try_from(status).unwrap_or(200),
                body,
            }
        } else {
            Self::OtherRequest
        }
    }
}

/// Looks a key up inside the unit of work that would have the effect.
///
/// # Errors
/// [`Error`] of the database.
pub async fn find(unit: &UnitOfWork, key: &Key) -> Result<Found, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::find(tx, key).await,
        Work::Documents(documents) => documents::find(documents, key).await,
    }
}

/// Keeps the answer, in the same commit as the effect.
///
/// # Errors
/// [`Error`] of the database; the key's primary key refuses a second answer ([`is_taken`]).
pub async fn keep(unit: &UnitOfWork, key: &Key, status: u16, body: String) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::keep(tx, key, status, body, unit.now()).await,
        Work::Documents(documents) => {
            documents::keep(documents, key, status, body, unit.now()).await
        }
    }
}

/// Whether [`keep`] failed because the same key was answered in the meantime.
#[must_use]
pub fn is_taken(error: &Error) -> bool {
    [
        "idempotency_keys_once",
        "idempotency_keys_pkey",
        "PRIMARY",
        "_id",
    ]
    .iter()
    .any(|name| error.violates(name, "idempotency_keys.scope, idempotency_keys.key"))
}

/// Forgets up to `most` answers older than [`KEPT`]; returns how many.
///
/// # Errors
/// [`Error`] of the database.
pub async fn forget_old(unit: &UnitOfWork, most: u64) -> Result<u64, Error> {
    let kept = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
    let before = unit.now().micros().saturating_sub(kept);
    match unit.work() {
        Work::Sql(tx) => sql::forget_before(tx, before, most).await,
        Work::Documents(documents) => documents::forget_before(documents, before, most).await,
    }
}
