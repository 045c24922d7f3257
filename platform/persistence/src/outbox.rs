//! The outbox: messages that stand in the database with the change they tell of, until the bus has them.
//!
//! A row that exists has not been sent; sending deletes it. Rows are leased by the process that wrote them, so a relay
//! that sweeps for what a crash left does not send what another relay has in hand. A row that the bus refuses for good is
//! parked, with the reason, and holds nothing up.

use std::sync::Arc;
use std::time::Duration;

use revcart_runtime::telemetry::names;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Set,
};
use shared_events::{AnyMessage, Attributes, Destination, Envelope, MessageId, Timestamp};
use tokio::sync::mpsc;

use crate::{Error, UnitOfWork, batch};

/// How long a row belongs to the relay that took it.
pub const LEASE: Duration = Duration::from_secs(15);
/// Groups of committed rows handed over in memory; beyond it rows wait for the sweep.
const FEED: usize = 256;

/// A message on its way out.
#[derive(Debug, Clone)]
pub struct Row {
    /// The message's id.
    pub id: MessageId,
    /// Its topic or queue.
    pub destination: Destination,
    /// The `CloudEvents` envelope as JSON.
    pub body: Arc<str>,
    /// The attributes that filters and triage read.
    pub attributes: Attributes,
    /// How often the bus has failed to take it.
    pub attempts: u32,
}

impl Row {
    pub(crate) fn of(envelope: &Envelope<AnyMessage>) -> Self {
        Self {
            id: envelope.id,
            destination: envelope.data.destination(),
            body: envelope.encode().into(),
            attributes: envelope.attributes(),
            attempts: 0,
        }
    }
}

#[expect(unreachable_pub, reason = "the entity macro writes pub items")]
pub(crate) mod entity {
    //! The table `outbox`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub destination: String,
        pub body: String,
        pub attributes: String,
        pub created_at: i64,
        pub leased_until: i64,
        pub attempts: i32,
        pub parked_at: Option<i64>,
        pub last_error: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The writer's end of the hand-over from commit to relay.
pub(crate) struct Feeder(mpsc::Sender<Vec<Row>>);

/// The relay's end: rows as they are committed. What does not fit is found by the sweep after its lease.
pub struct Feed(mpsc::Receiver<Vec<Row>>);

impl Feeder {
    pub(crate) fn new() -> (Self, Feed) {
        let (sender, receiver) = mpsc::channel(FEED);
        (Self(sender), Feed(receiver))
    }

    pub(crate) fn offer(&self, rows: Vec<Row>) {
        if !rows.is_empty() && self.0.try_send(rows).is_err() {
            metrics::counter!(names::OUTBOX_SPILLED).increment(1);
        }
    }
}

impl Feed {
    /// Waits for committed rows and takes what there is, about `most` rows. `None` when the database is closed.
    pub async fn next(&mut self, most: usize) -> Option<Vec<Row>> {
        let mut rows = self.0.recv().await?;
        self.fill(&mut rows, most);
        Some(rows)
    }

    /// What has been committed and not been taken yet, without waiting.
    pub fn ready(&mut self, most: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        self.fill(&mut rows, most);
        rows
    }

    fn fill(&mut self, rows: &mut Vec<Row>, most: usize) {
        while rows.len() < most {
            match self.0.try_recv() {
                Ok(more) => rows.extend(more),
                Err(_) => break,
            }
        }
    }
}

/// Writes `rows`, leased by this process from `now` on.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    rows: &[Row],
    now: Timestamp,
) -> Result<(), DbErr> {
    let leased_until = (now + LEASE).micros();
    let models = rows.iter().map(|row| entity::ActiveModel {
        id: Set(row.id.as_uuid()),
        destination: Set(row.destination.to_string()),
        body: Set(row.body.to_string()),
        attributes: Set(
            serde_json::to_string(&row.attributes).expect("strings can be written as JSON")
        ),
        created_at: Set(now.micros()),
        leased_until: Set(leased_until),
        attempts: Set(0),
        parked_at: Set(None),
        last_error: Set(None),
    });
    batch::insert(connection, models).await
}

/// Forgets rows that the bus has.
///
/// # Errors
/// [`Error::Database`].
pub async fn delete(unit: &UnitOfWork, ids: &[MessageId]) -> Result<(), Error> {
    for list in batch::padded(ids) {
        entity::Entity::delete_many()
            .filter(entity::Column::Id.is_in(list.iter().map(|id| id.as_uuid())))
            .exec(unit.sql())
            .await?;
    }
    Ok(())
}

/// Takes over up to `most` rows whose lease has ended: what a crash or an outage of the bus left.
///
/// # Errors
/// [`Error::Database`].
pub async fn sweep(unit: &UnitOfWork, most: u64) -> Result<Vec<Row>, Error> {
    let now = unit.now();
    let found = entity::Entity::find()
        .filter(entity::Column::LeasedUntil.lte(now.micros()))
        .filter(entity::Column::ParkedAt.is_null())
        .order_by_asc(entity::Column::LeasedUntil)
        .limit(most)
        .lock_exclusive()
        .all(unit.sql())
        .await?;
    let ids: Vec<_> = found.iter().map(|row| row.id).collect();
    for list in batch::padded(&ids) {
        entity::Entity::update_many()
            .col_expr(
                entity::Column::LeasedUntil,
                Expr::value((now + LEASE).micros()),
            )
            .filter(entity::Column::Id.is_in(list))
            .exec(unit.sql())
            .await?;
    }
    Ok(found.into_iter().filter_map(row_of).collect())
}

/// Gives up every lease: only for the one owner of a database, at its start.
///
/// # Errors
/// [`Error::Database`].
pub async fn release_all(unit: &UnitOfWork) -> Result<u64, Error> {
    let released = entity::Entity::update_many()
        .col_expr(entity::Column::LeasedUntil, Expr::value(0_i64))
        .filter(entity::Column::ParkedAt.is_null())
        .exec(unit.sql())
        .await?;
    Ok(released.rows_affected)
}

/// Notes that the bus did not take a row, and when it is offered again.
///
/// # Errors
/// [`Error::Database`].
pub async fn postpone(
    unit: &UnitOfWork,
    id: MessageId,
    why: &str,
    pause: Duration,
) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(
            entity::Column::LeasedUntil,
            Expr::value((unit.now() + pause).micros()),
        )
        .col_expr(
            entity::Column::Attempts,
            Expr::col(entity::Column::Attempts).add(1),
        )
        .col_expr(entity::Column::LastError, Expr::value(why))
        .filter(entity::Column::Id.eq(id.as_uuid()))
        .exec(unit.sql())
        .await?;
    Ok(())
}

/// Puts a row aside that the bus refuses for good; an operator decides about it.
///
/// # Errors
/// [`Error::Database`].
pub async fn park(unit: &UnitOfWork, id: MessageId, why: &str) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(entity::Column::ParkedAt, Expr::value(unit.now().micros()))
        .col_expr(entity::Column::LastError, Expr::value(why))
        .filter(entity::Column::Id.eq(id.as_uuid()))
        .exec(unit.sql())
        .await?;
    Ok(())
}

/// What waits in an outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    /// Rows not sent.
    pub waiting: u64,
    /// Rows refused for good.
    pub parked: u64,
    /// When the oldest waiting row was written.
    pub oldest: Option<Timestamp>,
}

/// Counts what waits.
///
/// # Errors
/// [`Error::Database`].
pub async fn pending(connection: &impl ConnectionTrait) -> Result<Pending, Error> {
    let waiting = entity::Entity::find().filter(entity::Column::ParkedAt.is_null());
    let oldest = waiting
        .clone()
        .select_only()
        .column_as(entity::Column::CreatedAt.min(), "oldest")
        .into_tuple::<Option<i64>>()
        .one(connection)
        .await?;
    Ok(Pending {
        waiting: waiting.count(connection).await?,
        parked: entity::Entity::find()
            .filter(entity::Column::ParkedAt.is_not_null())
            .count(connection)
            .await?,
        oldest: oldest.flatten().map(Timestamp::from_micros),
    })
}

/// A row as it can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The message's id.
    pub id: MessageId,
    /// The name of its topic or queue.
    pub destination: String,
    /// The `CloudEvents` envelope as JSON.
    pub body: String,
    /// Why the bus has refused it for good, if it has.
    pub parked: Option<String>,
}

/// What stands in an outbox, in the order of ids from after `after` on, at most `limit`.
///
/// # Errors
/// [`Error::Database`].
pub async fn page(
    connection: &impl ConnectionTrait,
    after: Option<MessageId>,
    limit: u64,
) -> Result<Vec<Seen>, Error> {
    let mut find = entity::Entity::find()
        .order_by_asc(entity::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        find = find.filter(entity::Column::Id.gt(after.as_uuid()));
    }
    let seen = |row: entity::Model| Seen {
        id: MessageId::from_uuid(row.id),
        destination: row.destination,
        body: row.body,
        parked: row.parked_at.map(|_| row.last_error.unwrap_or_default()),
    };
    Ok(find.all(connection).await?.into_iter().map(seen).collect())
}

/// A row as a message. One that cannot be read is left where it is and reported: it was written by another version.
fn row_of(model: entity::Model) -> Option<Row> {
    let attributes = serde_json::from_str::<Attributes>(&model.attributes);
    match (model.destination.parse::<Destination>(), attributes) {
        (Ok(destination), Ok(attributes)) => Some(Row {
            id: MessageId::from_uuid(model.id),
            destination,
            body: model.body.into(),
            attributes,
            attempts: u32::try_from(model.attempts).unwrap_or(0),
        }),
        (destination, attributes) => {
            tracing::error!(id = %model.id, ?destination, ?attributes, "an outbox row cannot be read");
            None
        }
    }
}
