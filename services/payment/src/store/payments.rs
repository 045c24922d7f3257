//! The table `payments`. A row is one aggregate, always read and written as a whole; `due_at` says when its gateway is to be
//! asked, and while a process is at it (`is_leased`) until when the others leave it alone.

use revcart_persistence::{Cause, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    UpdateMany,
};
use shared_events::{PaymentId, PaymentToken, Timestamp, UserId};
use uuid::Uuid;

use super::Error;
use crate::domain::payment::State;

mod row;

pub(crate) mod entity {
    //! A row of `payments`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Option<Uuid>,
        pub method: Option<String>,
        pub amount_minor: Option<i64>,
        pub currency: Option<String>,
        pub expires_at: Option<i64>,
        pub status: String,
        pub captured: i64,
        pub refunded: i64,
        pub by_hand: i64,
        pub course: String,
        pub token: Option<String>,
        pub correlation_id: String,
        pub causation_id: Option<Uuid>,
        pub traceparent: Option<String>,
        pub due_at: Option<i64>,
        pub is_leased: bool,
        pub visits: i32,
        pub calls: i32,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity, Model};
use row::{row, stored};

/// A payment as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// Where it stands.
    pub(crate) state: State,
    /// What the shopper has given for a charge that the gateway has not answered; wiped with the answer.
    pub(crate) token: Option<PaymentToken>,
    /// What began it: the cause of what the executor publishes.
    pub(crate) cause: Cause,
    /// When the gateway is to be asked; while it is leased, when others may do it.
    pub(crate) due_at: Option<Timestamp>,
    /// Whether a process is at it.
    pub(crate) is_leased: bool,
    /// How often the gateway was asked in vain for the task in hand.
    pub(crate) visits: i32,
    /// How often it was called at all.
    pub(crate) calls: i32,
    /// When it was first heard of.
    pub(crate) created_at: Timestamp,
    /// When it last changed.
    pub(crate) updated_at: Timestamp,
}

impl Record {
    /// A payment nobody has heard of.
    pub(crate) fn new(cause: Cause, now: Timestamp) -> Self {
        Self {
            state: State::default(),
            token: None,
            cause,
            due_at: None,
            is_leased: false,
            visits: 0,
            calls: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether some process has it for itself.
    pub(crate) fn is_taken(&self, now: Timestamp) -> bool {
        self.is_leased && self.due_at.is_some_and(|until| until > now)
    }
}

/// These payments, locked in the order of their ids. Those that do not exist are left out.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    ids: &[PaymentId],
) -> Result<Vec<(PaymentId, Record)>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(PaymentId::as_uuid).collect();
    let mut records = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        records.extend(all(connection, lock_query(list)).await?);
    }
    Ok(records)
}

pub(super) fn lock_query(ids: Vec<Uuid>) -> Select<Entity> {
    Entity::find()
        .filter(Column::Id.is_in(ids))
        .order_by_asc(Column::Id)
        .lock_exclusive()
}

/// The payment, if it exists.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: PaymentId,
) -> Result<Option<Record>, Error> {
    let row = Entity::find_by_id(id.as_uuid()).one(connection).await?;
    row.map(stored).transpose()
}

/// Payments whose gateway is to be asked by now, the longest overdue first.
pub(crate) async fn due(
    connection: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<PaymentId>, Error> {
    let ids: Vec<Uuid> = due_query(now, limit).into_tuple().all(connection).await?;
    Ok(ids.into_iter().map(PaymentId::from_uuid).collect())
}

pub(super) fn due_query(now: Timestamp, limit: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::DueAt.lte(now.micros()))
        .order_by_asc(Column::DueAt)
        .limit(limit)
}

/// Ends all leases: for the one process that may write, when it begins.
pub(crate) async fn release_all(
    connection: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<(), Error> {
    release_query(now).exec(connection).await?;
    Ok(())
}

pub(super) fn release_query(now: Timestamp) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::DueAt, now.micros().into())
        .filter(Column::DueAt.gt(now.micros()))
        .filter(Column::IsLeased.eq(true))
}

/// Leaves a payment alone until then.
pub(crate) async fn put_off(
    connection: &impl ConnectionTrait,
    id: PaymentId,
    until: Timestamp,
) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::DueAt, until.micros().into())
        .filter(Column::Id.eq(id.as_uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Payments of a user, the latest first, from before `before` on.
pub(crate) async fn of_user(
    connection: &impl ConnectionTrait,
    user: UserId,
    before: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<(PaymentId, Record)>, Error> {
    all(connection, of_user_query(user, before, limit)).await
}

pub(super) fn of_user_query(user: UserId, before: Option<PaymentId>, limit: u64) -> Select<Entity> {
    let select = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_desc(Column::Id)
        .limit(limit);
    match before {
        Some(before) => select.filter(Column::Id.lt(before.as_uuid())),
        None => select,
    }
}

/// Payments in the order of their ids, from after `after` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    after: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<(PaymentId, Record)>, Error> {
    all(connection, page_query(after, limit)).await
}

pub(super) fn page_query(after: Option<PaymentId>, limit: u64) -> Select<Entity> {
    let select = Entity::find().order_by_asc(Column::Id).limit(limit);
    match after {
        Some(after) => select.filter(Column::Id.gt(after.as_uuid())),
        None => select,
    }
}

async fn all(
    connection: &impl ConnectionTrait,
    select: Select<Entity>,
) -> Result<Vec<(PaymentId, Record)>, Error> {
    let rows = select.all(connection).await?;
    let record = |row: Model| Ok((PaymentId::from_uuid(row.id), stored(row)?));
    rows.into_iter().map(record).collect()
}

/// Adds payments. One that somebody else has added since it was looked for is refused by the primary key: the transaction
/// starts over and finds it.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    records: &[(PaymentId, &Record)],
) -> Result<(), Error> {
    let rows = records.iter().map(|(id, record)| row(*id, record));
    Ok(batch::insert(connection, rows).await?)
}

/// Replaces payments that exist, many rows in one statement.
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    records: &[(PaymentId, &Record)],
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::Id);
    replace.update_columns([
        Column::UserId,
        Column::Method,
        Column::AmountMinor,
        Column::Currency,
        Column::ExpiresAt,
        Column::Status,
        Column::Captured,
        Column::Refunded,
        Column::ByHand,
        Column::Course,
        Column::Token,
        Column::DueAt,
        Column::IsLeased,
        Column::Visits,
        Column::Calls,
        Column::UpdatedAt,
    ]);
    let rows = records.iter().map(|(id, record)| row(*id, record));
    Ok(batch::upsert(connection, rows, &replace).await?)
}
