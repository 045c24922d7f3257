//! The table `notices`: everything that somebody was told, with the state of its mail.

use std::time::Duration;

use revcart_persistence::{Database, UnitOfWork, batch};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{NotificationId, OrderId, Timestamp, UserId};
use uuid::Uuid;

use super::Error;
use super::mailing::LEASE;
use crate::domain::{Line, MailStatus, News, Notice};

pub(crate) mod entity {
    //! A row of `notices`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Option<Uuid>,
        pub order_id: Option<Uuid>,
        pub template: String,
        pub title: String,
        pub text: String,
        pub read_at: Option<i64>,
        pub mail_to: Option<String>,
        pub mail_status: String,
        pub mail_attempts: i32,
        pub mail_due_at: Option<i64>,
        pub mail_error: Option<String>,
        pub mailed_at: Option<i64>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Writes notices. Their mails are leased by this process, which sends them as soon as they are committed.
pub(crate) async fn insert(unit: &UnitOfWork, notices: &[Notice]) -> Result<(), Error> {
    let due_at = (unit.now() + LEASE).micros();
    let rows = notices.iter().map(|notice| row(notice, due_at));
    Ok(batch::insert(unit.sql(), rows).await?)
}

fn row(notice: &Notice, due_at: i64) -> ActiveModel {
    let is_mail = notice.mail_to.is_some();
    let status = if is_mail {
        MailStatus::Pending
    } else {
        MailStatus::None
    };
    ActiveModel {
        id: Set(notice.id.as_uuid()),
        user_id: Set(notice.user_id.map(|user| user.as_uuid())),
        order_id: Set(notice.order_id.map(|order| order.as_uuid())),
        template: Set(notice.template.name().to_owned()),
        title: Set(notice.title.clone()),
        text: Set(notice.text.clone()),
        read_at: Set(None),
        mail_to: Set(notice.mail_to.clone()),
        mail_status: Set(status.as_str().to_owned()),
        mail_attempts: Set(0),
        mail_due_at: Set(is_mail.then_some(due_at)),
        mail_error: Set(None),
        mailed_at: Set(None),
        created_at: Set(notice.at.micros()),
    }
}

/// A page of a user's list, the latest first; only what they have not read, if `unread`.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    user: UserId,
    unread: bool,
    before: Option<NotificationId>,
    limit: u64,
) -> Result<Vec<Model>, Error> {
    Ok(page_query(user, unread, before, limit)
        .all(connection)
        .await?)
}

pub(super) fn page_query(
    user: UserId,
    unread: bool,
    before: Option<NotificationId>,
    limit: u64,
) -> Select<Entity> {
    let mut select = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_desc(Column::Id)
        .limit(limit);
    if unread {
        select = select.filter(Column::ReadAt.is_null());
    }
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before.as_uuid()));
    }
    select
}

/// What stands in these users' lists since then, in no order. Ids carry the time they were made.
pub(crate) async fn since(
    connection: &impl ConnectionTrait,
    users: &[UserId],
    since: Timestamp,
) -> Result<Vec<Model>, Error> {
    let mut found = Vec::new();
    for list in batch::padded(users) {
        found.extend(since_query(&list, since).all(connection).await?);
    }
    Ok(found)
}

pub(super) fn since_query(users: &[UserId], since: Timestamp) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.is_in(users.iter().map(UserId::as_uuid)))
        .filter(Column::Id.gte(Database::first_id_at(since.micros()).as_uuid()))
}

/// Marks one of the user's notices as read; `false` if they have no such notice.
pub(crate) async fn read(
    unit: &UnitOfWork,
    user: UserId,
    id: NotificationId,
) -> Result<bool, Error> {
    let updated = Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(unit.now().micros()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(unit.sql())
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Takes a notice off the user's list; `false` if they have no such notice. The record that they were told stays.
pub(crate) async fn remove(
    unit: &UnitOfWork,
    user: UserId,
    id: NotificationId,
) -> Result<bool, Error> {
    let updated = Entity::update_many()
        .col_expr(Column::UserId, Expr::value(Option::<Uuid>::None))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(unit.sql())
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Everything that was said about an order, oldest first.
pub(crate) async fn of_order(
    connection: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Vec<Model>, Error> {
    Ok(order_query(order).all(connection).await?)
}

pub(super) fn order_query(order: OrderId) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.eq(order.as_uuid()))
        .order_by_asc(Column::Id)
}

/// Deletes up to `most` notices older than `kept`; returns how many. Ids carry the time they were made.
pub(crate) async fn forget_old(unit: &UnitOfWork, kept: Duration, most: u64) -> Result<u64, Error> {
    let kept = i64::try_from(kept.as_micros()).unwrap_or(i64::MAX);
    let first = Database::first_id_at(unit.now().micros().saturating_sub(kept)).as_uuid();
    let old: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.lt(first))
        .limit(most)
        .into_tuple()
        .all(unit.sql())
        .await?;
    for list in batch::padded(&old) {
        Entity::delete_many()
            .filter(Column::Id.is_in(list))
            .exec(unit.sql())
            .await?;
    }
    Ok(old.len() as u64)
}

impl Model {
    /// As its user is told it live; `None` for what stands in nobody's list.
    pub(crate) fn news(&self) -> Option<News> {
        let line = Line {
            notification_id: NotificationId::from_uuid(self.id),
            order_id: self.order_id.map(OrderId::from_uuid),
            template: &self.template,
            title: &self.title,
            text: &self.text,
            at: self.at(),
        };
        Some(News::of(UserId::from_uuid(self.user_id?), &line))
    }

    /// When it came up.
    pub(crate) fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }
}
