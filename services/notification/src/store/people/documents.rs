//! The collection `people`.

use revcart_persistence::documents::values::{self, Bson, Document, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::{Deserialize, Serialize};
use shared_events::{Role, UserId};

use super::{Error, MOST_ADMINS};
use crate::domain::Person;

pub(in crate::store) const COLLECTION: &str = "people";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    user_id: values::Uuid,
    email: String,
    name: String,
    role: Option<String>,
    version: i64,
    #[serde(default)]
    phone: Option<String>,
}

pub(super) async fn find(documents: &Documents, ids: &[UserId]) -> Result<Vec<Person>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Bson> = ids.iter().map(|id| documents::id(id.as_uuid())).collect();
    let these = doc! { "_id": { "$in": ids } };
    let found: Vec<Stored> = documents
        .find(COLLECTION, these, Listing::default())
        .await?;
    Ok(found.into_iter().map(Person::from).collect())
}

pub(super) async fn admins(documents: &Documents) -> Result<Vec<Person>, Error> {
    let some = Listing {
        limit: i64::from(MOST_ADMINS),
        ..Listing::default()
    };
    let found: Vec<Stored> = documents.find(COLLECTION, admins_filter(), some).await?;
    Ok(found.into_iter().map(Person::from).collect())
}

pub(in crate::store) fn admins_filter() -> Document {
    doc! { "role": Role::Admin.as_str() }
}

/// What is newer was decided from what was read in the same transaction: of two who learn of somebody at once, one runs again.
pub(super) async fn keep(documents: &Documents, people: &[Person]) -> Result<(), Error> {
    let mut changes = Vec::with_capacity(people.len());
    for person in people {
        let stored = Stored::from(person);
        changes.push(Change {
            filter: doc! { "_id": stored.user_id },
            update: documents::document(COLLECTION, &stored)?,
            upsert: true,
        });
    }
    documents.change(COLLECTION, &changes).await.map(drop)
}

impl From<&Person> for Stored {
    fn from(person: &Person) -> Self {
        Self {
            user_id: values::Uuid::from_bytes(person.user_id.as_uuid().into_bytes()),
            email: person.email.clone(),
            name: person.name.clone(),
            role: person.role.map(|role| role.as_str().to_owned()),
            version: i64::from(person.version),
            phone: person.phone.clone(),
        }
    }
}

impl From<Stored> for Person {
    fn from(stored: Stored) -> Self {
        Self {
            user_id: UserId::from_uuid(uuid::Uuid::from_bytes(stored.user_id.bytes())),
            email: stored.email,
            name: stored.name,
            phone: stored.phone,
            role: stored.role.and_then(|role| role.parse().ok()),
            version: u32::try_from(stored.version).unwrap_or(0),
        }
    }
}
