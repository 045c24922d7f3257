//! The table `reservations`: what each order has of the stock. A row is one aggregate, its lines and answers as JSON: it is
//! always read and written as a whole.

use revcart_persistence::{Error as DatabaseError, Transaction, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, SqlErr,
};
use shared_events::{OrderId, ReservationId, Timestamp};
use uuid::Uuid;

use super::Error;
use crate::domain::reservation::{Phase, State};

pub(crate) mod entity {
    //! A row of `reservations`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reservations")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub order_id: Option<Uuid>,
        pub status: String,
        pub expires_at: Option<i64>,
        pub lines: String,
        pub answers: String,
        pub held_at: Option<i64>,
        pub sold_at: Option<i64>,
        pub released_at: Option<i64>,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

const HELD: &str = "HELD";
const FREE: &str = "FREE";
const SOLD: &str = "SOLD";
const RELEASED: &str = "RELEASED";

/// A reservation as it is kept: its state, and when it came to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The order it is for; none, if a caller over REST named none.
    pub(crate) order: Option<OrderId>,
    /// Where it stands.
    pub(crate) state: State,
    /// When units were last set aside.
    pub(crate) held_at: Option<Timestamp>,
    /// When the order was confirmed.
    pub(crate) sold_at: Option<Timestamp>,
    /// When it was given up, or the tombstone set.
    pub(crate) released_at: Option<Timestamp>,
}

impl Record {
    /// Takes the next state on, and the time of it.
    pub(crate) fn enter(&mut self, next: State, now: Timestamp) {
        if self.state.phase() != next.phase() {
            match next.phase() {
                Phase::Free => {}
                Phase::HeldBySaga | Phase::HeldByCaller(_) => self.held_at = Some(now),
                Phase::Sold => self.sold_at = Some(now),
                Phase::Released => self.released_at = Some(now),
            }
        }
        self.state = next;
    }
}

/// These reservations, locked in the order of their ids. Those that do not exist are left out.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    ids: &[ReservationId],
) -> Result<Vec<(ReservationId, Record)>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(ReservationId::as_uuid).collect();
    let mut records = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        records.extend(all(connection, lock_query(list)).await?);
    }
    Ok(records)
}

/// The query of [`lock`].
pub(super) fn lock_query(ids: Vec<Uuid>) -> Select<Entity> {
    Entity::find()
        .filter(Column::Id.is_in(ids))
        .order_by_asc(Column::Id)
        .lock_exclusive()
}

/// The reservation, if it exists.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: ReservationId,
) -> Result<Option<Record>, Error> {
    let row = Entity::find_by_id(id.as_uuid()).one(connection).await?;
    row.map(stored).transpose()
}

/// Reservations of callers whose time is over, the longest overdue first.
pub(crate) async fn overdue(
    connection: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<ReservationId>, Error> {
    let overdue = overdue_query(now, limit).into_tuple();
    let ids: Vec<Uuid> = overdue.all(connection).await?;
    Ok(ids.into_iter().map(ReservationId::from_uuid).collect())
}

/// The query of [`overdue`].
pub(super) fn overdue_query(now: Timestamp, limit: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.eq(HELD))
        .filter(Column::ExpiresAt.lte(now.micros()))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit)
}

/// Reservations in the order of their ids, from after `after` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    after: Option<ReservationId>,
    limit: u64,
) -> Result<Vec<(ReservationId, Record)>, Error> {
    all(connection, page_query(after, limit)).await
}

/// The query of [`page`].
pub(super) fn page_query(after: Option<ReservationId>, limit: u64) -> Select<Entity> {
    let select = Entity::find().order_by_asc(Column::Id).limit(limit);
    match after {
        Some(after) => select.filter(Column::Id.gt(after.as_uuid())),
        None => select,
    }
}

/// All reservations that set units aside. There are as many as checkouts in flight.
pub(crate) async fn live(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(ReservationId, Record)>, Error> {
    all(connection, live_query()).await
}

/// The query of [`live`].
pub(super) fn live_query() -> Select<Entity> {
    Entity::find().filter(Column::Status.eq(HELD))
}

async fn all(
    connection: &impl ConnectionTrait,
    select: Select<Entity>,
) -> Result<Vec<(ReservationId, Record)>, Error> {
    let rows = select.all(connection).await?;
    let record = |row: Model| Ok((ReservationId::from_uuid(row.id), stored(row)?));
    rows.into_iter().map(record).collect()
}

/// Adds reservations. If somebody else has added one since it was looked for, the unit of work runs again and finds it.
pub(crate) async fn insert(
    tx: &Transaction,
    records: &[(ReservationId, &Record)],
    now: Timestamp,
) -> Result<(), Error> {
    let rows = records.iter().map(|(id, record)| row(*id, record, now));
    batch::insert(tx, rows).await.inspect_err(|error| {
        if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
            tx.repeat();
        }
    })?;
    Ok(())
}

/// Replaces reservations that exist, many rows in one statement.
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    records: &[(ReservationId, &Record)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::Id);
    replace.update_columns([
        Column::Status,
        Column::ExpiresAt,
        Column::Lines,
        Column::Answers,
        Column::HeldAt,
        Column::SoldAt,
        Column::ReleasedAt,
        Column::UpdatedAt,
    ]);
    let rows = records.iter().map(|(id, record)| row(*id, record, now));
    Ok(batch::upsert(connection, rows, &replace).await?)
}

fn row(id: ReservationId, record: &Record, now: Timestamp) -> ActiveModel {
    let (status, expires_at) = match record.state.phase() {
        Phase::Free => (FREE, None),
        Phase::HeldBySaga => (HELD, None),
        Phase::HeldByCaller(until) => (HELD, Some(until)),
        Phase::Sold => (SOLD, None),
        Phase::Released => (RELEASED, None),
    };
    let lines = serde_json::to_string(record.state.lines());
    let answers = serde_json::to_string(record.state.answers());
    ActiveModel {
        id: Set(id.as_uuid()),
        order_id: Set(record.order.map(Into::into)),
        status: Set(status.to_owned()),
        expires_at: Set(expires_at.map(Timestamp::micros)),
        lines: Set(lines.expect("lines are JSON")),
        answers: Set(answers.expect("answers are JSON")),
        held_at: Set(record.held_at.map(Timestamp::micros)),
        sold_at: Set(record.sold_at.map(Timestamp::micros)),
        released_at: Set(record.released_at.map(Timestamp::micros)),
        created_at: Set(now.micros()),
        updated_at: Set(now.micros()),
    }
}

fn stored(row: Model) -> Result<Record, Error> {
    let phase = match (row.status.as_str(), row.expires_at) {
        (FREE, _) => Phase::Free,
        (HELD, None) => Phase::HeldBySaga,
        (HELD, Some(until)) => Phase::HeldByCaller(Timestamp::from_micros(until)),
        (SOLD, _) => Phase::Sold,
        (RELEASED, _) => Phase::Released,
        (other, _) => {
            let problem = format!("{other} is no status");
            return Err(DatabaseError::corrupt("reservations", row.id, problem).into());
        }
    };
    let corrupt = |error: serde_json::Error| DatabaseError::corrupt("reservations", row.id, error);
    let lines = serde_json::from_str(&row.lines).map_err(corrupt)?;
    let answers = serde_json::from_str(&row.answers).map_err(corrupt)?;
    Ok(Record {
        order: row.order_id.map(OrderId::from_uuid),
        state: State::stored(phase, lines, answers),
        held_at: row.held_at.map(Timestamp::from_micros),
        sold_at: row.sold_at.map(Timestamp::from_micros),
        released_at: row.released_at.map(Timestamp::from_micros),
    })
}
