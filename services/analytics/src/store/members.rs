//! `members`: when users registered, for cohorts.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::UserId;

use super::Error;
use crate::domain::cohorts::Members;

/// Notes when users registered; returns those who had not been noted before.
pub(crate) async fn note(unit: &UnitOfWork, members: &Members) -> Result<Members, Error> {
    if members.is_empty() {
        return Ok(Members::new());
    }
    let users: Vec<UserId> = members.keys().copied().collect();
    let known = find(unit, &users).await?;
    let mut new = members.clone();
    new.retain(|user, _| !known.contains_key(user));
    match unit.work() {
        Work::Sql(tx) => sql::insert(tx, &new).await?,
        Work::Documents(documents) => documents::insert(documents, &new).await?,
    }
    Ok(new)
}

/// When these users registered, as far as it is known.
pub(crate) async fn find(unit: &UnitOfWork, users: &[UserId]) -> Result<Members, Error> {
    if users.is_empty() {
        return Ok(Members::new());
    }
    match unit.work() {
        Work::Sql(tx) => sql::find(tx, users).await,
        Work::Documents(documents) => documents::find(documents, users).await,
    }
}
