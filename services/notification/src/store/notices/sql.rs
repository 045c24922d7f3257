//! The table `notices`.

use revcart_persistence::batch;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{NotificationId, OrderId, Timestamp, UserId};
use uuid::Uuid;

use super::{Error, Kept, Wanted, channel, first_since, new_status};
use crate::domain::Notice;

pub(in crate::store) mod entity {
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
        pub channel: Option<String>,
        pub recipient_id: Option<Uuid>,
        pub html: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(super) async fn insert(
    connection: &impl ConnectionTrait,
    notices: &[Notice],
    due_at: Timestamp,
) -> Result<(), Error> {
    let rows = notices.iter().map(|notice| row(notice, due_at));
    Ok(batch::insert(connection, rows).await?)
}

fn row(notice: &Notice, due_at: Timestamp) -> ActiveModel {
    let goes_out = notice.to.is_some();
    ActiveModel {
        id: Set(notice.id.as_uuid()),
        user_id: Set(notice.user_id.map(|user| user.as_uuid())),
        order_id: Set(notice.order_id.map(|order| order.as_uuid())),
        template: Set(notice.template.name().to_owned()),
        title: Set(notice.title.clone()),
        text: Set(notice.text.clone()),
        read_at: Set(None),
        mail_to: Set(notice.to.clone()),
        mail_status: Set(new_status(notice).as_str().to_owned()),
        mail_attempts: Set(0),
        mail_due_at: Set(goes_out.then_some(due_at.micros())),
        mail_error: Set(None),
        mailed_at: Set(None),
        created_at: Set(notice.at.micros()),
        channel: Set(Some(notice.way.channel().as_str().to_owned())),
        recipient_id: Set(notice.recipient_id.map(|user| user.as_uuid())),
        html: Set(notice.html()),
    }
}

pub(super) async fn page(
    connection: &impl ConnectionTrait,
    wanted: Wanted,
) -> Result<Vec<Kept>, Error> {
    all(connection, page_query(wanted)).await
}

pub(in crate::store) fn page_query(wanted: Wanted) -> Select<Entity> {
    let mut select = Entity::find()
        .filter(Column::UserId.eq(wanted.user.as_uuid()))
        .order_by_desc(Column::Id)
        .limit(wanted.limit);
    if wanted.unread {
        select = select.filter(Column::ReadAt.is_null());
    }
    if let Some(before) = wanted.before {
        select = select.filter(Column::Id.lt(before.as_uuid()));
    }
    select
}

pub(super) async fn after(
    connection: &impl ConnectionTrait,
    user: UserId,
    last: NotificationId,
    limit: u64,
) -> Result<Vec<Kept>, Error> {
    all(connection, after_query(user, last, limit)).await
}

pub(in crate::store) fn after_query(
    user: UserId,
    last: NotificationId,
    limit: u64,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::Id.gt(last.as_uuid()))
        .order_by_asc(Column::Id)
        .limit(limit)
}

pub(super) async fn since(
    connection: &impl ConnectionTrait,
    users: &[UserId],
    since: Timestamp,
) -> Result<Vec<Kept>, Error> {
    let mut found = Vec::new();
    for list in batch::padded(users) {
        found.extend(all(connection, since_query(&list, since)).await?);
    }
    Ok(found)
}

pub(in crate::store) fn since_query(users: &[UserId], since: Timestamp) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.is_in(users.iter().map(UserId::as_uuid)))
        .filter(Column::Id.gte(first_since(since).as_uuid()))
}

pub(super) async fn read(
    connection: &impl ConnectionTrait,
    user: UserId,
    id: NotificationId,
    now: Timestamp,
) -> Result<bool, Error> {
    let updated = Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(now.micros()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(connection)
        .await?;
    Ok(updated.rows_affected > 0)
}

pub(super) async fn remove(
    connection: &impl ConnectionTrait,
    user: UserId,
    id: NotificationId,
) -> Result<bool, Error> {
    let updated = Entity::update_many()
        .col_expr(Column::UserId, Expr::value(Option::<Uuid>::None))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(connection)
        .await?;
    Ok(updated.rows_affected > 0)
}

pub(super) async fn of_order(
    connection: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Vec<Kept>, Error> {
    all(connection, order_query(order)).await
}

pub(in crate::store) fn order_query(order: OrderId) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.eq(order.as_uuid()))
        .order_by_asc(Column::Id)
}

pub(super) async fn forget_before(
    connection: &impl ConnectionTrait,
    first_kept: NotificationId,
    most: u32,
) -> Result<u64, Error> {
    let old: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.lt(first_kept.as_uuid()))
        .limit(u64::from(most))
        .into_tuple()
        .all(connection)
        .await?;
    for list in batch::padded(&old) {
        Entity::delete_many()
            .filter(Column::Id.is_in(list))
            .exec(connection)
            .await?;
    }
    Ok(old.len() as u64)
}

async fn all(
    connection: &impl ConnectionTrait,
    select: Select<Entity>,
) -> Result<Vec<Kept>, Error> {
    let rows = select.all(connection).await?;
    Ok(rows.into_iter().map(Kept::from).collect())
}

impl From<Model> for Kept {
    fn from(row: Model) -> Self {
        Self {
            id: NotificationId::from_uuid(row.id),
            user_id: row.user_id.map(UserId::from_uuid),
            order_id: row.order_id.map(OrderId::from_uuid),
            channel: channel(row.channel.as_deref()),
            template: row.template,
            title: row.title,
            text: row.text,
            is_read: row.read_at.is_some(),
            mail_status: row.mail_status,
            mail_attempts: u32::try_from(row.mail_attempts).unwrap_or(0),
            mailed_at: row.mailed_at.map(Timestamp::from_micros),
            at: Timestamp::from_micros(row.created_at),
        }
    }
}
