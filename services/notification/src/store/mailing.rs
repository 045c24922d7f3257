//! The mails among the notices: which are to be sent, and what became of them.

use std::time::Duration;

use revcart_persistence::{UnitOfWork, batch};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use shared_events::{NotificationId, Timestamp, UserId};
use uuid::Uuid;

use super::Error;
use super::notices::entity::{Column, Entity, Model};
use crate::domain::{Mail, MailStatus};

/// How long a mail belongs to the process that has it in hand.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// Takes over up to `most` mails that are due: what a crash left, what failed before.
pub(crate) async fn claim_due(unit: &UnitOfWork, most: u64) -> Result<Vec<Mail>, Error> {
    let now = unit.now();
    let due = due_query(now, most)
        .lock_exclusive()
        .all(unit.sql())
        .await?;
    let ids: Vec<Uuid> = due.iter().map(|row| row.id).collect();
    for list in batch::padded(&ids) {
        Entity::update_many()
            .col_expr(Column::MailDueAt, Expr::value((now + LEASE).micros()))
            .filter(Column::Id.is_in(list))
            .exec(unit.sql())
            .await?;
    }
    Ok(due.into_iter().filter_map(mail).collect())
}

pub(super) fn due_query(now: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::MailDueAt.lte(now.micros()))
        .order_by_asc(Column::MailDueAt)
        .limit(most)
}

/// Notes what became of mails that are done with.
pub(crate) async fn done(
    unit: &UnitOfWork,
    ids: &[NotificationId],
    status: MailStatus,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = ids.iter().map(NotificationId::as_uuid).collect();
    for list in batch::padded(&ids) {
        Entity::update_many()
            .col_expr(Column::MailStatus, Expr::value(status.as_str()))
            .col_expr(Column::MailDueAt, Expr::value(Option::<i64>::None))
            .col_expr(Column::MailedAt, Expr::value(unit.now().micros()))
            .filter(Column::Id.is_in(list))
            .exec(unit.sql())
            .await?;
    }
    Ok(())
}

/// Notes that mails could not be sent now, and when the next try is.
pub(crate) async fn postpone(
    unit: &UnitOfWork,
    ids: &[NotificationId],
    why: &str,
    pause: Duration,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = ids.iter().map(NotificationId::as_uuid).collect();
    for list in batch::padded(&ids) {
        Entity::update_many()
            .col_expr(
                Column::MailDueAt,
                Expr::value((unit.now() + pause).micros()),
            )
            .col_expr(Column::MailAttempts, Expr::col(Column::MailAttempts).add(1))
            .col_expr(Column::MailError, Expr::value(why))
            .filter(Column::Id.is_in(list))
            .exec(unit.sql())
            .await?;
    }
    Ok(())
}

fn mail(row: Model) -> Option<Mail> {
    Some(Mail {
        id: NotificationId::from_uuid(row.id),
        user_id: row.user_id.map(UserId::from_uuid),
        at: Timestamp::from_micros(row.created_at),
        to: row.mail_to?,
        template: row.template,
        subject: row.title,
        text: row.text,
        attempts: u32::try_from(row.mail_attempts).unwrap_or(0),
    })
}
