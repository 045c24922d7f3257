//! `signing_keys`: what the replicas of this service sign links with. Made once, by whoever is first.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};

use super::Error;

/// The key of this name; if there is none yet, it is `new` from now on.
pub(crate) async fn find_or_keep(
    database: &Database,
    name: &'static str,
    new: String,
) -> Result<String, Error> {
    let known = match database.reader() {
        Reader::Sql(connection) => sql::find(connection, name).await?,
        Reader::Documents(documents) => documents::find(documents, name).await?,
    };
    if let Some(known) = known {
        return Ok(known);
    }
    database
        .write((name, new), |unit, (name, new)| {
            Box::pin(keep_first(unit, name, new))
        })
        .await
}

/// Of two who are first at once one has its key kept, and both get that one.
async fn keep_first(unit: &UnitOfWork, name: &str, new: &str) -> Result<String, Error> {
    let kept = match unit.work() {
        Work::Sql(tx) => {
            sql::keep_first(tx, name, new).await?;
            sql::find(tx, name).await?
        }
        Work::Documents(documents) => {
            documents::keep_first(documents, name, new).await?;
            documents::find(documents, name).await?
        }
    };
    Ok(kept.unwrap_or_else(|| new.to_owned()))
}

#[cfg(test)]
mod tests {
    use revcart_runtime::Clock;
    use revcart_testkit::{START, TestDatabase};
    use shared_events::Service;

    use super::*;
    use crate::store::Migrator;

    #[tokio::test]
    async fn the_first_key_of_a_name_stays() {
        let clock = Clock::manual(START);
        let database = TestDatabase::create::<Migrator>(Service::Notification, clock).await;
        for (name, new, expected) in [("a", "one", "one"), ("a", "two", "one"), ("b", "x", "x")] {
            let key = find_or_keep(&database, name, new.to_owned()).await.unwrap();
            assert_eq!(key, expected);
        }
        let again: Result<String, Error> = database
            .write((), |unit, ()| Box::pin(keep_first(unit, "a", "three")))
            .await;
        assert_eq!(again.unwrap(), "one");
    }
}
