//! Mails in the collection `notices`.

use revcart_persistence::documents::values::{Bson, Document, doc};
use revcart_persistence::documents::{self, Documents, Listing};
use shared_events::{NotificationId, Timestamp, UserId};
use uuid::Uuid;

use super::{Error, LEASE};
use crate::domain::{Mail, MailStatus};
use crate::store::notices::documents::{COLLECTION, Query, Stored};

/// Two who look at once meet on the mails, for each writes what it has read; one of them runs again and finds them leased.
pub(super) async fn claim_due(
    documents: &Documents,
    most: u32,
    now: Timestamp,
) -> Result<Vec<Mail>, Error> {
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
    Ok(due.into_iter().filter_map(mail).collect())
}

pub(in crate::store) fn due_query(now: Timestamp) -> Query {
    // The lower bound leaves out those that have no such field, which some servers would go through.
    let due = doc! { "mailDueAt": { "$gt": 0_i64, "$lte": now.micros() } };
    (due, doc! { "mailDueAt": 1 })
}

pub(super) async fn done(
    documents: &Documents,
    ids: &[NotificationId],
    status: MailStatus,
    now: Timestamp,
) -> Result<(), Error> {
    let update = doc! {
        "$set": { "mailStatus": status.as_str(), "mailedAt": now.micros() },
        "$unset": { "mailDueAt": "" },
    };
    update_pending(documents, ids, update).await
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
    let pending = doc! { "_id": { "$in": ids }, "mailStatus": MailStatus::Pending.as_str() };
    documents
        .change_all(COLLECTION, pending, update)
        .await
        .map(drop)
}

fn mail(stored: Stored) -> Option<Mail> {
    let user = |id: revcart_persistence::documents::values::Uuid| {
        UserId::from_uuid(Uuid::from_bytes(id.bytes()))
    };
    Some(Mail {
        id: NotificationId::from_uuid(Uuid::from_bytes(stored.id.bytes())),
        user_id: stored.user_id.map(user),
        at: Timestamp::from_micros(stored.created_at),
        to: stored.mail_to?,
        template: stored.template,
        subject: stored.title,
        text: stored.text,
        attempts: u32::try_from(stored.mail_attempts).unwrap_or(0),
    })
}
