//! The table `events`. Rows are numbered as they are written, and there is one writer.

use std::sync::OnceLock;

use revcart_persistence::batch;
use sea_orm::sea_query::{Query, Value};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, Select, Statement,
};
use shared_events::{MessageId, OrderId, Timestamp};

use super::{Error, Logged, MOST_OF_ORDER};
use crate::domain::entry::Entry;

pub(in crate::store) mod entity {
    //! A row of `events`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub sequence: i64,
        pub id: Uuid,
        pub name: String,
        pub message_type: String,
        pub source: String,
        pub subject: String,
        pub correlation_id: String,
        pub causation_id: Option<Uuid>,
        pub order_id: Option<Uuid>,
        pub time: i64,
        pub received_at: i64,
        pub data: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity, Model};

/// What is written of an event, in this order.
const WRITTEN: [Column; 11] = [
    Column::Id,
    Column::Name,
    Column::MessageType,
    Column::Source,
    Column::Subject,
    Column::CorrelationId,
    Column::CausationId,
    Column::OrderId,
    Column::Time,
    Column::ReceivedAt,
    Column::Data,
];

pub(super) async fn append(
    connection: &impl ConnectionTrait,
    entries: Vec<Entry>,
    now: Timestamp,
) -> Result<(), Error> {
    let backend = connection.get_database_backend();
    let mut entries = entries.into_iter();
    for rows in chunk_lengths(entries.len()) {
        let mut values = Vec::with_capacity(rows * WRITTEN.len());
        for entry in entries.by_ref().take(rows) {
            values.extend(row(entry, now));
        }
        let sql = insert_of(rows, backend);
        let insert = Statement::from_sql_and_values(backend, sql, values);
        connection.execute_raw(insert).await?;
    }
    Ok(())
}

/// The sizes of statements that [`batch::chunks`] would make of so many rows.
fn chunk_lengths(rows: usize) -> Vec<usize> {
    batch::chunks(&vec![(); rows]).map(<[()]>::len).collect()
}

fn row(entry: Entry, now: Timestamp) -> [Value; WRITTEN.len()] {
    [
        entry.id.as_uuid().into(),
        entry.name.into(),
        entry.message_type.into(),
        entry.source.into(),
        entry.subject.into(),
        entry.correlation_id.into(),
        entry.causation_id.map(|id| id.as_uuid()).into(),
        entry.order_id.map(|id| id.as_uuid()).into(),
        entry.time.micros().into(),
        now.micros().into(),
        entry.data.into(),
    ]
}

/// The text of the statement for so many rows. It is long, the same every time, and wanted thousands of times a second:
/// each is put together once. (A process speaks to databases of one kind only.)
fn insert_of(rows: usize, backend: sea_orm::DbBackend) -> &'static str {
    static TEXTS: [OnceLock<String>; batch::MOST_ROWS + 1] =
        [const { OnceLock::new() }; batch::MOST_ROWS + 1];
    TEXTS[rows].get_or_init(|| {
        let mut insert = Query::insert();
        insert.into_table(Entity).columns(WRITTEN);
        for _ in 0..rows {
            insert.values_panic(WRITTEN.map(|_| 0.into()));
        }
        backend.build(&insert).sql
    })
}

pub(super) async fn after(
    connection: &impl ConnectionTrait,
    after: Option<i64>,
    name: Option<&str>,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    all(connection, after_query(after, name, limit)).await
}

/// The query of [`after`].
pub(in crate::store) fn after_query(
    after: Option<i64>,
    name: Option<&str>,
    limit: u64,
) -> Select<Entity> {
    let mut select = Entity::find().order_by_asc(Column::Sequence).limit(limit);
    if let Some(after) = after {
        select = select.filter(Column::Sequence.gt(after));
    }
    match name {
        Some(name) => select.filter(Column::Name.eq(name)),
        None => select,
    }
}

pub(super) async fn last(
    connection: &impl ConnectionTrait,
    name: Option<&str>,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    all(connection, last_query(name, limit)).await
}

/// The query of [`last`].
pub(in crate::store) fn last_query(name: Option<&str>, limit: u64) -> Select<Entity> {
    let select = Entity::find().order_by_desc(Column::Sequence).limit(limit);
    match name {
        Some(name) => select.filter(Column::Name.eq(name)),
        None => select,
    }
}

pub(super) async fn latest(connection: &impl ConnectionTrait) -> Result<i64, Error> {
    let latest: Option<i64> = latest_query().into_tuple().one(connection).await?;
    Ok(latest.unwrap_or(0))
}

/// The query of [`latest`].
pub(in crate::store) fn latest_query() -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Sequence)
        .order_by_desc(Column::Sequence)
        .limit(1)
}

pub(super) async fn of_order(
    connection: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Vec<Logged>, Error> {
    all(connection, of_order_query(order)).await
}

/// The query of [`of_order`].
pub(in crate::store) fn of_order_query(order: OrderId) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.eq(order.as_uuid()))
        .order_by_asc(Column::Sequence)
        .limit(u64::from(MOST_OF_ORDER))
}

pub(super) async fn sent_within(
    connection: &impl ConnectionTrait,
    after: (Timestamp, i64),
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Logged>, Error> {
    all(connection, sent_within_query(after, until, limit)).await
}

/// The query of [`sent_within`].
pub(in crate::store) fn sent_within_query(
    (from, sequence): (Timestamp, i64),
    until: Timestamp,
    limit: u32,
) -> Select<Entity> {
    let later = Column::Time.gt(from.micros());
    let next = Column::Time
        .eq(from.micros())
        .and(Column::Sequence.gt(sequence));
    Entity::find()
        .filter(Column::Time.gte(from.micros()))
        .filter(Column::Time.lt(until.micros()))
        .filter(later.or(next))
        .order_by_asc(Column::Time)
        .order_by_asc(Column::Sequence)
        .limit(u64::from(limit))
}

pub(super) async fn sent_between(
    connection: &impl ConnectionTrait,
) -> Result<Option<(Timestamp, Timestamp)>, Error> {
    let first: Option<i64> = sent_query(Order::Asc).into_tuple().one(connection).await?;
    let last: Option<i64> = sent_query(Order::Desc).into_tuple().one(connection).await?;
    let at = Timestamp::from_micros;
    Ok(first.zip(last).map(|(first, last)| (at(first), at(last))))
}

/// The query of [`sent_between`], from either end.
pub(in crate::store) fn sent_query(order: Order) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Time)
        .order_by(Column::Time, order)
        .limit(1)
}

pub(super) async fn oldest(
    connection: &impl ConnectionTrait,
) -> Result<Option<(i64, Timestamp)>, Error> {
    let oldest: Option<(i64, i64)> = oldest_query(1).into_tuple().one(connection).await?;
    Ok(oldest.map(|(sequence, at)| (sequence, Timestamp::from_micros(at))))
}

pub(super) async fn forget(
    connection: &impl ConnectionTrait,
    before: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    let oldest: Vec<(i64, i64)> = oldest_query(most).into_tuple().all(connection).await?;
    let old = |(_, received_at): &&(i64, i64)| *received_at < before.micros();
    let Some((last, _)) = oldest.iter().take_while(old).last() else {
        return Ok(0);
    };
    let deleted = Entity::delete_many()
        .filter(Column::Sequence.lte(*last))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected)
}

/// The rows that [`forget`] looks at. They are numbered as they came, so it takes no index by time to find old ones.
pub(in crate::store) fn oldest_query(most: u32) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::Sequence, Column::ReceivedAt])
        .order_by_asc(Column::Sequence)
        .limit(u64::from(most))
}

async fn all(
    connection: &impl ConnectionTrait,
    select: Select<Entity>,
) -> Result<Vec<Logged>, Error> {
    let rows = select.all(connection).await?;
    Ok(rows.into_iter().map(Logged::from).collect())
}

impl From<Model> for Logged {
    fn from(row: Model) -> Self {
        Self {
            sequence: row.sequence,
            received_at: Timestamp::from_micros(row.received_at),
            entry: Entry {
                id: MessageId::from_uuid(row.id),
                name: row.name,
                message_type: row.message_type,
                source: row.source,
                subject: row.subject,
                correlation_id: row.correlation_id,
                causation_id: row.causation_id.map(MessageId::from_uuid),
                order_id: row.order_id.map(OrderId::from_uuid),
                time: Timestamp::from_micros(row.time),
                data: row.data,
            },
        }
    }
}
