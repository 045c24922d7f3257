//! Dispatches in the table `notices`, whose columns are still called after mails.

use revcart_persistence::batch;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, UpdateMany,
};
use shared_events::{NotificationId, Timestamp, UserId};
use uuid::Uuid;

use super::{Done, Error, LEASE};
use crate::domain::{Dispatch, DispatchStatus};
use crate::store::notices;
use crate::store::notices::sql::entity::{Column, Entity, Model};

pub(super) async fn claim_due(
    connection: &impl ConnectionTrait,
    most: u32,
    now: Timestamp,
) -> Result<Vec<Dispatch>, Error> {
    let due = due_query(now, most)
        .lock_exclusive()
        .all(connection)
        .await?;
    let ids: Vec<Uuid> = due.iter().map(|row| row.id).collect();
    for list in batch::padded(&ids) {
        Entity::update_many()
            .col_expr(Column::MailDueAt, Expr::value((now + LEASE).micros()))
            .filter(Column::Id.is_in(list))
            .exec(connection)
            .await?;
    }
    Ok(due.into_iter().filter_map(dispatch).collect())
}

pub(in crate::store) fn due_query(now: Timestamp, most: u32) -> Select<Entity> {
    Entity::find()
        .filter(Column::MailDueAt.lte(now.micros()))
        .order_by_asc(Column::MailDueAt)
        .limit(u64::from(most))
}

pub(super) async fn done(connection: &impl ConnectionTrait, done: Done) -> Result<(), Error> {
    let ids: Vec<Uuid> = done.ids.iter().map(NotificationId::as_uuid).collect();
    for list in batch::padded(&ids) {
        let mut update = update_pending(list)
            .col_expr(Column::MailStatus, Expr::value(done.status.as_str()))
            .col_expr(Column::MailDueAt, Expr::value(Option::<i64>::None))
            .col_expr(Column::MailedAt, Expr::value(done.at.micros()))
            .col_expr(Column::Html, Expr::value(Option::<String>::None));
        if done.is_secret {
            update = update.col_expr(Column::Text, Expr::value(""));
        }
        update.exec(connection).await?;
    }
    Ok(())
}

pub(super) async fn postpone(
    connection: &impl ConnectionTrait,
    ids: &[NotificationId],
    why: &str,
    until: Timestamp,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = ids.iter().map(NotificationId::as_uuid).collect();
    for list in batch::padded(&ids) {
        update_pending(list)
            .col_expr(Column::MailDueAt, Expr::value(until.micros()))
            .col_expr(Column::MailAttempts, Expr::col(Column::MailAttempts).add(1))
            .col_expr(Column::MailError, Expr::value(why))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// Whoever took a mail over when its lease ended may be done with it.
fn update_pending(ids: Vec<Uuid>) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.is_in(ids))
        .filter(Column::MailStatus.eq(DispatchStatus::Pending.as_str()))
}

fn dispatch(row: Model) -> Option<Dispatch> {
    Some(Dispatch {
        id: NotificationId::from_uuid(row.id),
        user_id: row.recipient_id.or(row.user_id).map(UserId::from_uuid),
        channel: notices::channel(row.channel.as_deref()),
        at: Timestamp::from_micros(row.created_at),
        to: row.mail_to?,
        template: row.template,
        subject: row.title,
        text: row.text,
        html: row.html,
        attempts: u32::try_from(row.mail_attempts).unwrap_or(0),
    })
}
