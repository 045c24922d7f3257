//! Dispatches in the collection `notices`, whose fields are still called after mails.

use revcart_persistence::documents::values::{Bson, Document, doc};
use revcart_persistence::documents::{self, Documents, Listing};
use shared_events::{NotificationId, Timestamp, UserId};
use uuid::Uuid;

use super::{Done, Error, LEASE};
use crate::domain::{Dispatch, DispatchStatus};
use crate::store::notices;
use crate::store::notices::documents::{COLLECTION, Query, Stored};

/// Two who look at once meet on the mails, for each writes what it has read; one of them runs again and finds them leased.
pub(super) async fn claim_due(
    documents: &Documents,
    most: u32,
    now: Timestamp,
) -> Result<Vec<Dispatch>, Error> {
    let (filter, sort) = due_query(now);
    let limit = i64::from(most);
    let due: Vec<Stored> = documents
        .find(COLLECTION, filter, Listing { sort, limit })
        .await?;
    let ids: Vec<Bson> = due.iter().map(|stored| stored.id.into()).collect();
    if !ids.is_empty() {
        let lease = doc! { "$set": { "mailDueAt": (now + LEASE).micros() } };
        let these = doc! { "_id": { "$in": ids } };
        documents.change_all(COLLECTION, these, lease).await?;
    }
    Ok(due.into_iter().filter_map(dispatch).collect())
}

pub(in crate::store) fn due_query(now: Timestamp) -> Query {
    // The lower bound leaves out those that have no such field, which some servers would go through.
    let due = doc! { "mailDueAt": { "$gt": 0_i64, "$lte": now.micros() } };
    (due, doc! { "mailDueAt": 1 })
}

pub(super) async fn done(documents: &Documents, done: Done) -> Result<(), Error> {
    let mut set = doc! { "mailStatus": done.status.as_str(), "mailedAt": done.at.micros() };
    if done.is_secret {
        set.insert("text", "");
    }
    let update = doc! { "$set": set, "$unset": { "mailDueAt": "", "html": "" } };
    update_pending(documents, &done.ids, update).await
}

pub(super) async fn postpone(
    documents: &Documents,
    ids: &[NotificationId],
    why: &str,
    until: Timestamp,
) -> Result<(), Error> {
    let update = doc! {
        "$set": { "mailDueAt": until.micros(), "mailError": why },
        "$inc": { "mailAttempts": 1_i64 },
    };
    update_pending(documents, ids, update).await
}

/// Whoever took a mail over when its lease ended may be done with it.
async fn update_pending(
    documents: &Documents,
    ids: &[NotificationId],
    update: Document,
) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<Bson> = ids.iter().map(|id| documents::id(id.as_uuid())).collect();
    let pending = doc! { "_id": { "$in": ids }, "mailStatus": DispatchStatus::Pending.as_str() };
    documents
        .change_all(COLLECTION, pending, update)
        .await
        .map(drop)
}

fn dispatch(stored: Stored) -> Option<Dispatch> {
    let user = |id: revcart_persistence::documents::values::Uuid| {
        UserId::from_uuid(Uuid::from_bytes(id.bytes()))
    };
    Some(Dispatch {
        id: NotificationId::from_uuid(Uuid::from_bytes(stored.id.bytes())),
        user_id: stored.recipient_id.or(stored.user_id).map(user),
        channel: notices::channel(stored.channel.as_deref()),
        at: Timestamp::from_micros(stored.created_at),
        to: stored.mail_to?,
        template: stored.template,
        subject: stored.title,
        text: stored.text,
        html: stored.html,
        attempts: u32::try_from(stored.mail_attempts).unwrap_or(0),
    })
}
