//! The collection `notices`.

use revcart_persistence::documents::values::{self, Bson, Document, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::{Deserialize, Serialize};
use shared_events::{NotificationId, OrderId, Timestamp, UserId};
use uuid::Uuid;

use super::{Error, Kept, Wanted, channel, first_since, new_status};
use crate::domain::Notice;

pub(in crate::store) const COLLECTION: &str = "notices";

/// A notice; `mail_due_at` is there only while a mail is to be sent.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::store) struct Stored {
    #[serde(rename = "_id")]
    pub(in crate::store) id: values::Uuid,
    pub(in crate::store) user_id: Option<values::Uuid>,
    pub(in crate::store) order_id: Option<values::Uuid>,
    pub(in crate::store) template: String,
    pub(in crate::store) title: String,
    pub(in crate::store) text: String,
    pub(in crate::store) read_at: Option<i64>,
    pub(in crate::store) mail_to: Option<String>,
    pub(in crate::store) mail_status: String,
    pub(in crate::store) mail_attempts: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) mail_due_at: Option<i64>,
    pub(in crate::store) mail_error: Option<String>,
    pub(in crate::store) mailed_at: Option<i64>,
    pub(in crate::store) created_at: i64,
    #[serde(default)]
    pub(in crate::store) channel: Option<String>,
    #[serde(default)]
    pub(in crate::store) recipient_id: Option<values::Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) html: Option<String>,
}

pub(super) async fn insert(
    documents: &Documents,
    notices: &[Notice],
    due_at: Timestamp,
) -> Result<(), Error> {
    let mut stored = Vec::with_capacity(notices.len());
    for notice in notices {
        stored.push(documents::document(
            COLLECTION,
            &Stored::new(notice, due_at),
        )?);
    }
    documents.insert(COLLECTION, &stored).await
}

/// What is found, and in which order.
pub(in crate::store) type Query = (Document, Document);

pub(super) async fn page(documents: &Documents, wanted: Wanted) -> Result<Vec<Kept>, Error> {
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    all(documents, page_query(wanted), limit).await
}

pub(in crate::store) fn page_query(wanted: Wanted) -> Query {
    let mut filter = doc! { "userId": documents::id(wanted.user.as_uuid()) };
    if wanted.unread {
        filter.insert("readAt", Bson::Null);
    }
    if let Some(before) = wanted.before {
        filter.insert("_id", doc! { "$lt": documents::id(before.as_uuid()) });
    }
    (filter, doc! { "_id": -1 })
}

pub(super) async fn after(
    documents: &Documents,
    user: UserId,
    last: NotificationId,
    limit: u64,
) -> Result<Vec<Kept>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    all(documents, after_query(user, last), limit).await
}

pub(in crate::store) fn after_query(user: UserId, last: NotificationId) -> Query {
    let filter = doc! {
        "userId": documents::id(user.as_uuid()),
        "_id": { "$gt": documents::id(last.as_uuid()) },
    };
    (filter, doc! { "_id": 1 })
}

pub(super) async fn since(
    documents: &Documents,
    users: &[UserId],
    since: Timestamp,
) -> Result<Vec<Kept>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    all(documents, since_query(users, since), 0).await
}

fn since_query(users: &[UserId], since: Timestamp) -> Query {
    let users: Vec<Bson> = users.iter().map(|id| documents::id(id.as_uuid())).collect();
    let first = documents::id(first_since(since).as_uuid());
    let filter = doc! { "userId": { "$in": users }, "_id": { "$gte": first } };
    (filter, Document::new())
}

pub(super) async fn read(
    documents: &Documents,
    user: UserId,
    id: NotificationId,
    now: Timestamp,
) -> Result<bool, Error> {
    let update = doc! { "$set": { "readAt": now.micros() } };
    change_own(documents, user, id, update).await
}

pub(super) async fn remove(
    documents: &Documents,
    user: UserId,
    id: NotificationId,
) -> Result<bool, Error> {
    let update = doc! { "$set": { "userId": Bson::Null } };
    change_own(documents, user, id, update).await
}

async fn change_own(
    documents: &Documents,
    user: UserId,
    id: NotificationId,
    update: Document,
) -> Result<bool, Error> {
    let change = Change {
        filter: doc! { "_id": documents::id(id.as_uuid()), "userId": documents::id(user.as_uuid()) },
        update,
        upsert: false,
    };
    let changed = documents.change(COLLECTION, &[change]).await?;
    Ok(changed.matched > 0)
}

pub(super) async fn of_order(documents: &Documents, order: OrderId) -> Result<Vec<Kept>, Error> {
    all(documents, order_query(order), 0).await
}

pub(in crate::store) fn order_query(order: OrderId) -> Query {
    let filter = doc! { "orderId": documents::id(order.as_uuid()) };
    (filter, doc! { "_id": 1 })
}

pub(super) async fn forget_before(
    documents: &Documents,
    first_kept: NotificationId,
    most: u32,
) -> Result<u64, Error> {
    let old = doc! { "_id": { "$lt": documents::id(first_kept.as_uuid()) } };
    let some = Listing {
        limit: i64::from(most),
        ..Listing::default()
    };
    documents.delete_some(COLLECTION, old, some).await
}

async fn all(documents: &Documents, (filter, sort): Query, limit: i64) -> Result<Vec<Kept>, Error> {
    let found: Vec<Stored> = documents
        .find(COLLECTION, filter, Listing { sort, limit })
        .await?;
    Ok(found.into_iter().map(Kept::from).collect())
}

impl Stored {
    fn new(notice: &Notice, due_at: Timestamp) -> Self {
        let id = |id: Uuid| values::Uuid::from_bytes(id.into_bytes());
        let goes_out = notice.to.is_some();
        Self {
            id: id(notice.id.as_uuid()),
            user_id: notice.user_id.map(|user| id(user.as_uuid())),
            order_id: notice.order_id.map(|order| id(order.as_uuid())),
            template: notice.template.name().to_owned(),
            title: notice.title.clone(),
            text: notice.text.clone(),
            read_at: None,
            mail_to: notice.to.clone(),
            mail_status: new_status(notice).as_str().to_owned(),
            mail_attempts: 0,
            mail_due_at: goes_out.then_some(due_at.micros()),
            mail_error: None,
            mailed_at: None,
            created_at: notice.at.micros(),
            channel: Some(notice.way.channel().as_str().to_owned()),
            recipient_id: notice.recipient_id.map(|user| id(user.as_uuid())),
            html: notice.html(),
        }
    }
}

impl From<Stored> for Kept {
    fn from(stored: Stored) -> Self {
        let id = |id: values::Uuid| Uuid::from_bytes(id.bytes());
        Self {
            id: NotificationId::from_uuid(id(stored.id)),
            user_id: stored.user_id.map(|user| UserId::from_uuid(id(user))),
            order_id: stored.order_id.map(|order| OrderId::from_uuid(id(order))),
            channel: channel(stored.channel.as_deref()),
            template: stored.template,
            title: stored.title,
            text: stored.text,
            is_read: stored.read_at.is_some(),
            mail_status: stored.mail_status,
            mail_attempts: u32::try_from(stored.mail_attempts).unwrap_or(0),
            mailed_at: stored.mailed_at.map(Timestamp::from_micros),
            at: Timestamp::from_micros(stored.created_at),
        }
    }
}
