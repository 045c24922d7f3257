//! `preferences`: what people have decided about the ways in which they are told things.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::UserId;

use super::Error;
use crate::domain::{Choice, Preferences};

/// What these people have decided; who has decided nothing is left out.
pub(crate) async fn find(
    unit: &UnitOfWork,
    users: &[UserId],
) -> Result<Vec<(UserId, Preferences)>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::find(tx, users).await,
        Work::Documents(documents) => documents::find(documents, users).await,
    }
}

/// What one user has decided, or nothing yet.
pub(crate) async fn of(database: &Database, user: UserId) -> Result<Preferences, Error> {
    let found = match database.reader() {
        Reader::Sql(connection) => sql::find(connection, &[user]).await?,
        Reader::Documents(documents) => documents::find(documents, &[user]).await?,
    };
    Ok(only(found))
}

/// The same, to be changed in this transaction: nobody else changes it meanwhile.
pub(crate) async fn to_change(unit: &UnitOfWork, user: UserId) -> Result<Preferences, Error> {
    let found = match unit.work() {
        Work::Sql(tx) => sql::lock(tx, user).await?,
        // Who has changed it since then has the work run again.
        Work::Documents(documents) => documents::find(documents, &[user]).await?,
    };
    Ok(only(found))
}

/// Keeps what a user has decided, in the place of what was before.
pub(crate) async fn keep(
    unit: &UnitOfWork,
    user: UserId,
    preferences: &Preferences,
) -> Result<(), Error> {
    let choices: Vec<Choice> = preferences.choices().collect();
    let choices = serde_json::to_string(&choices).expect("choices are plain data");
    match unit.work() {
        Work::Sql(tx) => sql::keep(tx, user, choices, unit.now()).await,
        Work::Documents(documents) => documents::keep(documents, user, choices, unit.now()).await,
    }
}

fn only(found: Vec<(UserId, Preferences)>) -> Preferences {
    let first = found.into_iter().next();
    first
        .map(|(_, preferences)| preferences)
        .unwrap_or_default()
}

/// What was stored; a choice that this program does not know is as if it had not been made.
fn read(choices: &str) -> Preferences {
    let choices: Vec<serde_json::Value> = serde_json::from_str(choices).unwrap_or_default();
    let known = choices
        .into_iter()
        .filter_map(|choice| serde_json::from_value::<Choice>(choice).ok());
    Preferences::of(known)
}

#[cfg(test)]
mod tests;
