//! Collections and indexes: declared by each service, made by `migrate`, checked before serving.

use std::collections::HashSet;
use std::time::Duration;

use mongodb::bson::{Bson, Document, doc};
use mongodb::error::ErrorKind;
use shared_events::Service;

use super::{Change, Documents};
use crate::Error;

/// Where the version of the schema stands.
pub(super) const COLLECTION: &str = "schema_version";
/// The server's answer to making what is there.
const NAMESPACE_EXISTS: i32 = 48;

/// A collection that a service needs.
#[derive(Debug, Clone, Copy)]
pub struct Collection {
    /// Its name.
    pub name: &'static str,
    /// Its indexes besides that of `_id`.
    pub indexes: &'static [Index],
}

/// An index.
#[derive(Debug, Clone, Copy)]
pub struct Index {
    /// Its name: what [`Error::violates`] is asked for, if it is unique.
    pub name: &'static str,
    /// Fields, each with 1 (ascending) or -1.
    pub keys: &'static [(&'static str, i32)],
    /// Whether no two documents may have the same values.
    pub unique: bool,
    /// Documents go this long after the time (a BSON date) in the indexed field.
    pub expires_after: Option<Duration>,
    /// Only documents that have this field are in the index.
    pub only_with: Option<&'static str>,
}

impl Index {
    /// A plain index.
    #[must_use]
    pub const fn on(name: &'static str, keys: &'static [(&'static str, i32)]) -> Self {
        Self {
            name,
            keys,
            unique: false,
            expires_after: None,
            only_with: None,
        }
    }

    /// No two documents may have the same values.
    #[must_use]
    pub const fn unique(self) -> Self {
        Self {
            unique: true,
            ..self
        }
    }

    /// Documents go this long after the time in the field.
    #[must_use]
    pub const fn expiring_after(self, age: Duration) -> Self {
        Self {
            expires_after: Some(age),
            ..self
        }
    }

    /// Only documents that have this field are in the index.
    #[must_use]
    pub const fn only_with(self, field: &'static str) -> Self {
        Self {
            only_with: Some(field),
            ..self
        }
    }

    fn definition(&self) -> Document {
        let mut keys = Document::new();
        for (field, order) in self.keys {
            keys.insert(*field, *order);
        }
        let mut definition = doc! { "key": keys, "name": self.name };
        if self.unique {
            definition.insert("unique", true);
        }
        if let Some(age) = self.expires_after {
            let seconds = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
            definition.insert("expireAfterSeconds", seconds);
        }
        if let Some(field) = self.only_with {
            let mut only = Document::new();
            only.insert(field, doc! { "$exists": true });
            definition.insert("partialFilterExpression", only);
        }
        definition
    }
}

/// What the platform itself keeps in every database of documents.
const PLATFORM: &[Collection] = &[
    Collection {
        name: COLLECTION,
        indexes: &[],
    },
    Collection {
        name: crate::outbox::COLLECTION,
        indexes: &[Index::on("outbox_by_lease", &[("leasedUntil", 1)])],
    },
    Collection {
        name: crate::inbox::COLLECTION,
        indexes: &[],
    },
    Collection {
        name: crate::idempotency::COLLECTION,
        indexes: &[Index::on("idempotency_keys_by_age", &[("createdAt", 1)])],
    },
];

/// Makes the collections and indexes that are missing, and notes that they are there.
pub(crate) async fn migrate(
    documents: &Documents,
    collections: &[Collection],
) -> Result<(), Error> {
    for collection in PLATFORM.iter().chain(collections) {
        let made = documents.command(doc! { "create": collection.name }).await;
        match made {
            Err(Error::Documents(error)) if exists_already(&error) => {}
            other => drop(other?),
        }
        if !collection.indexes.is_empty() {
            let indexes: Vec<Document> = collection.indexes.iter().map(Index::definition).collect();
            documents
                .command(doc! { "createIndexes": collection.name, "indexes": indexes })
                .await?;
        }
    }
    let noted = Change {
        filter: doc! { "_id": "schema" },
        update: doc! { "$set": { "indexes": names(collections) } },
        upsert: true,
    };
    documents.change(COLLECTION, &[noted]).await?;
    Ok(())
}

fn exists_already(error: &mongodb::error::Error) -> bool {
    matches!(error.kind.as_ref(), ErrorKind::Command(command) if command.code == NAMESPACE_EXISTS || command.message.contains("already exists"))
}

impl Documents {
    /// Asks for next to nothing.
    pub(crate) async fn touch(&self) -> Result<(), Error> {
        self.find_one::<Document>(COLLECTION, doc! { "_id": "schema" })
            .await
            .map(drop)
    }
}

/// Compares what has been made with what this program needs; more than that does no harm.
pub(crate) async fn check(
    documents: &Documents,
    collections: &[Collection],
    service: Service,
) -> Result<(), Error> {
    let refused = |found: String| Error::Schema {
        service: service.short(),
        found,
    };
    let noted: Option<Document> = documents
        .find_one(COLLECTION, doc! { "_id": "schema" })
        .await?;
    let Some(noted) = noted else {
        return Err(refused("nothing has been set up yet".to_owned()));
    };
    let there: HashSet<&str> = noted
        .get_array("indexes")
        .map(|names| names.iter().filter_map(Bson::as_str).collect())
        .unwrap_or_default();
    let needed = names(collections);
    match needed.iter().find(|name| !there.contains(name.as_str())) {
        None => Ok(()),
        Some(missing) => Err(refused(format!("{missing} is missing"))),
    }
}

/// Everything that there should be, as `collection` and `collection.index`.
fn names(collections: &[Collection]) -> Vec<String> {
    let of = |collection: &Collection| {
        let indexes = collection.indexes.iter();
        let indexes: Vec<String> = indexes
            .map(|index| format!("{}.{}", collection.name, index.name))
            .collect();
        [collection.name.to_owned()].into_iter().chain(indexes)
    };
    PLATFORM.iter().chain(collections).flat_map(of).collect()
}
