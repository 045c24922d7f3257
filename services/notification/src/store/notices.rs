//! `notices`: everything that somebody was told, with the state of its mail.

pub(super) mod documents;
pub(super) mod sql;

use std::time::Duration;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::{Channel, NotificationId, OrderId, Timestamp, UserId};

use super::Error;
use super::dispatches::LEASE;
use crate::domain::{DispatchStatus, Line, News, Notice};

/// A notice as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) id: NotificationId,
    /// Whose list it stands in.
    pub(crate) user_id: Option<UserId>,
    pub(crate) order_id: Option<OrderId>,
    /// In which way it goes out, if it does.
    pub(crate) channel: Channel,
    pub(crate) template: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) is_read: bool,
    pub(crate) mail_status: String,
    pub(crate) mail_attempts: u32,
    pub(crate) mailed_at: Option<Timestamp>,
    /// When it came up.
    pub(crate) at: Timestamp,
}

/// Which part of a user's list is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) user: UserId,
    /// Only what they have not read.
    pub(crate) unread: bool,
    /// Only what came up before this one.
    pub(crate) before: Option<NotificationId>,
    pub(crate) limit: u64,
}

/// Writes notices. Their mails are leased by this process, which sends them as soon as they are committed.
pub(crate) async fn insert(unit: &UnitOfWork, notices: &[Notice]) -> Result<(), Error> {
    let due_at = unit.now() + LEASE;
    match unit.work() {
        Work::Sql(tx) => sql::insert(tx, notices, due_at).await,
        Work::Documents(documents) => documents::insert(documents, notices, due_at).await,
    }
}

/// The state of what nobody has tried to send.
fn new_status(notice: &Notice) -> DispatchStatus {
    match notice.to {
        Some(_) => DispatchStatus::Pending,
        None => DispatchStatus::None,
    }
}

/// A page of a user's list, the latest first.
pub(crate) async fn page(database: &Database, wanted: Wanted) -> Result<Vec<Kept>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::page(connection, wanted).await,
        Reader::Documents(documents) => documents::page(documents, wanted).await,
    }
}

/// What stands in a user's list after this notice, the oldest first.
pub(crate) async fn after(
    database: &Database,
    user: UserId,
    last: NotificationId,
    limit: u64,
) -> Result<Vec<Kept>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::after(connection, user, last, limit).await,
        Reader::Documents(documents) => documents::after(documents, user, last, limit).await,
    }
}

/// What stands in these users' lists since then, in no order. Ids carry the time they were made.
pub(crate) async fn since(
    database: &Database,
    users: &[UserId],
    since: Timestamp,
) -> Result<Vec<Kept>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::since(connection, users, since).await,
        Reader::Documents(documents) => documents::since(documents, users, since).await,
    }
}

/// Marks one of the user's notices as read; `false` if they have no such notice.
pub(crate) async fn read(
    unit: &UnitOfWork,
    user: UserId,
    id: NotificationId,
) -> Result<bool, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::read(tx, user, id, unit.now()).await,
        Work::Documents(documents) => documents::read(documents, user, id, unit.now()).await,
    }
}

/// Takes a notice off the user's list; `false` if they have no such notice. The record that they were told stays.
pub(crate) async fn remove(
    unit: &UnitOfWork,
    user: UserId,
    id: NotificationId,
) -> Result<bool, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::remove(tx, user, id).await,
        Work::Documents(documents) => documents::remove(documents, user, id).await,
    }
}

/// Everything that was said about an order, oldest first.
pub(crate) async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Kept>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::of_order(connection, order).await,
        Reader::Documents(documents) => documents::of_order(documents, order).await,
    }
}

/// Deletes up to `most` notices older than `kept`; returns how many. Ids carry the time they were made.
pub(crate) async fn forget_old(unit: &UnitOfWork, kept: Duration, most: u32) -> Result<u64, Error> {
    let first_kept = first_since(unit.now().before(kept));
    match unit.work() {
        Work::Sql(tx) => sql::forget_before(tx, first_kept, most).await,
        Work::Documents(documents) => documents::forget_before(documents, first_kept, most).await,
    }
}

/// The channel as it is stored; mails from before there were others have none.
pub(in crate::store) fn channel(stored: Option<&str>) -> Channel {
    stored
        .and_then(|word| word.parse().ok())
        .unwrap_or(Channel::Email)
}

/// The smallest id of what came up then or later.
fn first_since(since: Timestamp) -> NotificationId {
    NotificationId::from_uuid(Database::first_id_at(since.micros()).as_uuid())
}

impl Kept {
    /// As its user is told it live; `None` for what stands in nobody's list.
    pub(crate) fn news(&self) -> Option<News> {
        let line = Line {
            notification_id: self.id,
            order_id: self.order_id,
            template: &self.template,
            title: &self.title,
            text: &self.text,
            at: self.at,
        };
        Some(News::of(self.user_id?, &line))
    }
}
