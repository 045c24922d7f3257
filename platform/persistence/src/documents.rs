//! MongoDB, for services that keep documents: one handle for reading, and the same handle inside a transaction.
//!
//! Reading order: [`Documents`] (the operations that stores are written with), `connection` (opening), [`schema`]
//! (collections and indexes), `failure` (what an error means), `transaction` (begin, commit, again).
//!
//! A store is written once and works in and out of transactions. What is avoided, so that Amazon `DocumentDB` serves as well:
//! time-series and capped collections, `$facet`, `$lookup` with a pipeline, text indexes, multi-collection bulk writes,
//! retryable writes being needed (a transaction is repeated as a whole instead).

mod connection;
mod failure;
pub mod schema;
mod transaction;

use std::sync::Arc;

use futures::TryStreamExt;
use mongodb::bson::{self, Binary, Bson, Document, doc, spec::BinarySubtype};
use mongodb::options::FindOptions;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::Error;
use transaction::Open;

pub(crate) use connection::connect;
pub(crate) use failure::{is_unavailable, violates};
pub use mongodb::bson as values;
pub use schema::{Collection, Index};

/// Changes of one command at the most; a command may have 16 MB.
const MOST_CHANGES: usize = 500;

/// A database of documents. Within a unit of work its operations are part of the transaction.
#[derive(Clone)]
pub struct Documents {
    database: mongodb::Database,
    open: Option<Arc<Open>>,
}

/// How a list of documents is asked for.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// In which order, as `{field: 1}` or `{field: -1}`.
    pub sort: Document,
    /// How many at the most; all if zero.
    pub limit: i64,
}

/// A change of the one document that a filter finds.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which document.
    pub filter: Document,
    /// What becomes of it: update operators, or a whole document that takes its place.
    pub update: Document,
    /// Whether it is made if there is none.
    pub upsert: bool,
}

/// What changes did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    /// Documents that the filters found, those made included.
    pub matched: u64,
    /// Documents made.
    pub inserted: u64,
}

/// An id as it is stored: binary of the subtype for UUIDs.
#[must_use]
pub fn id(id: Uuid) -> Bson {
    Bson::Binary(Binary {
        subtype: BinarySubtype::Uuid,
        bytes: id.as_bytes().to_vec(),
    })
}

/// The id that was stored by [`id`].
///
/// # Errors
/// [`Error::Corrupt`] if it is none.
pub fn id_of(collection: &'static str, value: &Bson) -> Result<Uuid, Error> {
    let bytes = match value {
        Bson::Binary(binary) => Uuid::from_slice(&binary.bytes).ok(),
        _ => None,
    };
    bytes.ok_or_else(|| Error::corrupt(collection, value, "the id is no UUID"))
}

/// A value as a document; field names are those of its `Serialize`.
///
/// # Errors
/// [`Error::Corrupt`] if it cannot be one.
pub fn document(collection: &'static str, value: &impl Serialize) -> Result<Document, Error> {
    bson::serialize_to_document(value).map_err(|error| Error::corrupt(collection, "(new)", error))
}

/// A stored document as a value.
///
/// # Errors
/// [`Error::Corrupt`] if it is not what this program would have written.
pub fn value<T: DeserializeOwned>(
    collection: &'static str,
    document: Document,
) -> Result<T, Error> {
    let key = document.get("_id").cloned().unwrap_or(Bson::Null);
    bson::deserialize_from_document(document)
        .map_err(|error| Error::corrupt(collection, key, error))
}

impl Documents {
    fn new(database: mongodb::Database) -> Self {
        Self {
            database,
            open: None,
        }
    }

    /// The documents that `filter` finds.
    ///
    /// # Errors
    /// [`Error::Documents`]; [`Error::Corrupt`] for a document that is no `T`.
    pub async fn find<T: DeserializeOwned>(
        &self,
        collection: &'static str,
        filter: Document,
        listing: Listing,
    ) -> Result<Vec<T>, Error> {
        let mut options = FindOptions::default();
        options.sort = (!listing.sort.is_empty()).then_some(listing.sort);
        if listing.limit > 0 {
            options.limit = Some(listing.limit);
            options.batch_size = u32::try_from(listing.limit).ok();
        }
        let raw = self.raw(collection);
        let find = raw.find(filter).with_options(options);
        let found: Result<Vec<Document>, _> = match &self.open {
            None => match find.await {
                Ok(cursor) => cursor.try_collect().await,
                Err(error) => Err(error),
            },
            Some(open) => {
                let mut session = open.session().await;
                match find.session(&mut *session).await {
                    Ok(mut cursor) => cursor.stream(&mut session).try_collect().await,
                    Err(error) => Err(error),
                }
            }
        };
        let found = self.seen(found)?;
        found
            .into_iter()
            .map(|document| value(collection, document))
            .collect()
    }

    /// The first document that `filter` finds.
    ///
    /// # Errors
    /// See [`Documents::find`].
    pub async fn find_one<T: DeserializeOwned>(
        &self,
        collection: &'static str,
        filter: Document,
    ) -> Result<Option<T>, Error> {
        let one = Listing {
            limit: 1,
            ..Listing::default()
        };
        Ok(self.find(collection, filter, one).await?.pop())
    }

    /// What a pipeline of stages makes of a collection.
    ///
    /// # Errors
    /// See [`Documents::find`].
    pub async fn aggregate<T: DeserializeOwned>(
        &self,
        collection: &'static str,
        stages: impl IntoIterator<Item = Document> + Send,
    ) -> Result<Vec<T>, Error> {
        let raw = self.raw(collection);
        let aggregate = raw.aggregate(stages);
        let found: Result<Vec<Document>, _> = match &self.open {
            None => match aggregate.await {
                Ok(cursor) => cursor.try_collect().await,
                Err(error) => Err(error),
            },
            Some(open) => {
                let mut session = open.session().await;
                match aggregate.session(&mut *session).await {
                    Ok(mut cursor) => cursor.stream(&mut session).try_collect().await,
                    Err(error) => Err(error),
                }
            }
        };
        let found = self.seen(found)?;
        found
            .into_iter()
            .map(|document| value(collection, document))
            .collect()
    }

    /// How many documents `filter` finds.
    ///
    /// # Errors
    /// [`Error::Documents`].
    pub async fn count(&self, collection: &'static str, filter: Document) -> Result<u64, Error> {
        let raw = self.raw(collection);
        let count = raw.count_documents(filter);
        let counted = match &self.open {
            None => count.await,
            Some(open) => count.session(&mut *open.session().await).await,
        };
        self.seen(counted)
    }

    /// Stores new documents. One that breaks a unique index undoes the whole unit of work.
    ///
    /// # Errors
    /// [`Error::Documents`]; see [`Error::violates`].
    pub async fn insert(
        &self,
        collection: &'static str,
        documents: &[Document],
    ) -> Result<(), Error> {
        for documents in documents.chunks(MOST_CHANGES) {
            let raw = self.raw(collection);
            let insert = raw.insert_many(documents);
            let inserted = match &self.open {
                None => insert.await,
                Some(open) => insert.session(&mut *open.session().await).await,
            };
            self.seen(inserted)?;
        }
        Ok(())
    }

    /// Like [`Documents::insert`], for keys that somebody else may be inserting at this moment: the work is then run again.
    ///
    /// # Errors
    /// As [`Documents::insert`].
    pub async fn claim(
        &self,
        collection: &'static str,
        documents: &[Document],
    ) -> Result<(), Error> {
        let claimed = self.insert(collection, documents).await;
        self.met(&claimed);
        claimed
    }

    /// Makes changes in their order, many in one command. If somebody else is making the same document at this moment, the
    /// work is run again.
    ///
    /// # Errors
    /// [`Error::Documents`]; see [`Error::violates`].
    pub async fn change(
        &self,
        collection: &'static str,
        changes: &[Change],
    ) -> Result<Changed, Error> {
        let mut changed = Changed::default();
        for changes in changes.chunks(MOST_CHANGES) {
            let one = |change: &Change| {
                doc! { "q": change.filter.clone(), "u": change.update.clone(), "upsert": change.upsert }
            };
            let updates: Vec<Document> = changes.iter().map(one).collect();
            let answer = self
                .command(doc! { "update": collection, "updates": updates })
                .await;
            self.met(&answer);
            let answer = answer?;
            changed.matched += number(&answer, "n");
            changed.inserted += answer
                .get_array("upserted")
                .map_or(0, |made| made.len() as u64);
        }
        Ok(changed)
    }

    /// Changes every document that `filter` finds; says how many those were.
    ///
    /// # Errors
    /// [`Error::Documents`].
    pub async fn change_all(
        &self,
        collection: &'static str,
        filter: Document,
        update: Document,
    ) -> Result<u64, Error> {
        let updates = vec![doc! { "q": filter, "u": update, "multi": true }];
        let answer = self
            .command(doc! { "update": collection, "updates": updates })
            .await?;
        Ok(number(&answer, "n"))
    }

    /// Deletes every document that `filter` finds; says how many those were.
    ///
    /// # Errors
    /// [`Error::Documents`].
    pub async fn delete(&self, collection: &'static str, filter: Document) -> Result<u64, Error> {
        let raw = self.raw(collection);
        let delete = raw.delete_many(filter);
        let deleted = match &self.open {
            None => delete.await,
            Some(open) => delete.session(&mut *open.session().await).await,
        };
        Ok(self.seen(deleted)?.deleted_count)
    }

    /// Deletes up to `listing.limit` of the documents that `filter` finds, the first in the listing's order; says how many
    /// those were. For clearing away what is old, a bounded part at a time.
    ///
    /// # Errors
    /// [`Error::Documents`].
    pub async fn delete_some(
        &self,
        collection: &'static str,
        filter: Document,
        listing: Listing,
    ) -> Result<u64, Error> {
        let mut stages = vec![doc! { "$match": filter }];
        if !listing.sort.is_empty() {
            stages.push(doc! { "$sort": listing.sort });
        }
        stages.push(doc! { "$limit": listing.limit.max(1) });
        stages.push(doc! { "$project": { "_id": 1 } });
        let found: Vec<Document> = self.aggregate(collection, stages).await?;
        let ids: Vec<Bson> = found
            .into_iter()
            .filter_map(|mut document| document.remove("_id"))
            .collect();
        if ids.is_empty() {
            return Ok(0);
        }
        self.delete(collection, doc! { "_id": { "$in": ids } })
            .await
    }

    /// How the server means to answer a query: for tests that see to it that what grows has an index.
    ///
    /// # Errors
    /// [`Error::Documents`].
    pub async fn explain(
        &self,
        collection: &'static str,
        filter: Document,
        sort: Document,
    ) -> Result<Document, Error> {
        let find = doc! { "find": collection, "filter": filter, "sort": sort };
        self.command(doc! { "explain": find, "verbosity": "queryPlanner" })
            .await
    }

    /// Has the unit of work run again from its beginning if it fails now: what it has read is no longer so.
    pub fn repeat(&self) {
        if let Some(open) = &self.open {
            open.repeat();
        }
    }

    /// The same database as it stands at one moment, for reading in several steps; to be ended by [`Documents::release`].
    ///
    /// # Errors
    /// [`Error::Documents`].
    pub async fn snapshot(&self) -> Result<Self, Error> {
        self.begin().await
    }

    /// Ends a [`Documents::snapshot`]. One that is dropped ends by itself, a little later.
    pub async fn release(self) {
        self.roll_back().await;
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.database
            .client()
            .clone()
            .shutdown()
            .immediate(true)
            .await;
    }

    /// Runs a command; a refused write in its answer is an error.
    async fn command(&self, command: Document) -> Result<Document, Error> {
        let run = self.database.run_command(command);
        let answered = match &self.open {
            None => run.await,
            Some(open) => run.session(&mut *open.session().await).await,
        };
        let answer = self.seen(answered)?;
        self.seen(failure::refused_write(&answer).map_or(Ok(()), Err))?;
        Ok(answer)
    }

    /// Has the work run again if its result is that somebody else has just made the document with the same id.
    fn met<T>(&self, result: &Result<T, Error>) {
        if let (Err(error), Some(open)) = (result, &self.open)
            && error.violates("_id", "")
        {
            open.repeat();
        }
    }

    fn raw(&self, collection: &str) -> mongodb::Collection<Document> {
        self.database.collection(collection)
    }

    /// Notes what an error means for the transaction, because what a store makes of it cannot be told later.
    fn seen<T>(&self, result: mongodb::error::Result<T>) -> Result<T, Error> {
        if let Some(open) = &self.open {
            open.count();
            match &result {
                Err(error) if failure::is_to_be_repeated(error) => open.repeat(),
                Err(error) if failure::is_duplicate(error) => open.meet_duplicate(),
                _ => {}
            }
        }
        Ok(result?)
    }
}

fn number(answer: &Document, field: &str) -> u64 {
    match answer.get(field) {
        Some(Bson::Int32(number)) => u64::try_from(*number).unwrap_or(0),
        Some(Bson::Int64(number)) => u64::try_from(*number).unwrap_or(0),
        Some(Bson::Double(number)) if *number > 0.0 => *number as u64,
        _ => 0,
    }
}
