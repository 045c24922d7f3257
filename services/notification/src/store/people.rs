//! `people`: the contact book, kept from what user-service publishes.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::UserId;

use super::Error;
use crate::domain::Person;

/// Admins that are told about the shop itself, at the most.
const MOST_ADMINS: u32 = 50;

/// These people; who has not been heard of is left out.
pub(crate) async fn find(unit: &UnitOfWork, ids: &[UserId]) -> Result<Vec<Person>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::find(tx, ids).await,
        Work::Documents(documents) => documents::find(documents, ids).await,
    }
}

/// The admins.
pub(crate) async fn admins(unit: &UnitOfWork) -> Result<Vec<Person>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::admins(tx).await,
        Work::Documents(documents) => documents::admins(documents).await,
    }
}

/// Keeps what is known of these people now.
pub(crate) async fn keep(unit: &UnitOfWork, people: &[Person]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::keep(tx, people).await,
        Work::Documents(documents) => documents::keep(documents, people).await,
    }
}
