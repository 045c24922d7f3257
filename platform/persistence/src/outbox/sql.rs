//! The outbox as a table.

use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Set,
};
use shared_events::{MessageId, Timestamp};

use super::{LEASE, Pending, Row, Seen};
use crate::{Error, batch};

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
pub(super) async fn delete(
    connection: &impl ConnectionTrait,
    ids: &[MessageId],
) -> Result<(), Error> {
    for list in batch::padded(ids) {
        entity::Entity::delete_many()
            .filter(entity::Column::Id.is_in(list.iter().map(|id| id.as_uuid())))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// Takes over up to `most` rows whose lease has ended: what a crash or an outage of the bus left.
pub(super) async fn sweep(
    connection: &impl ConnectionTrait,
    most: u64,
    now: Timestamp,
) -> Result<Vec<Row>, Error> {
    let found = entity::Entity::find()
        .filter(entity::Column::LeasedUntil.lte(now.micros()))
        .filter(entity::Column::ParkedAt.is_null())
        .order_by_asc(entity::Column::LeasedUntil)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(connection)
        .await?;
    let ids: Vec<_> = found.iter().map(|row| row.id).collect();
    for list in batch::padded(&ids) {
        entity::Entity::update_many()
            .col_expr(
                entity::Column::LeasedUntil,
                Expr::value((now + LEASE).micros()),
            )
            .filter(entity::Column::Id.is_in(list))
            .exec(connection)
            .await?;
    }
    Ok(found.into_iter().filter_map(row_of).collect())
}

/// Gives up every lease: only for the one owner of a database, at its start.
pub(super) async fn release_all(connection: &impl ConnectionTrait) -> Result<u64, Error> {
    let released = entity::Entity::update_many()
        .col_expr(entity::Column::LeasedUntil, Expr::value(0_i64))
        .filter(entity::Column::ParkedAt.is_null())
        .exec(connection)
        .await?;
    Ok(released.rows_affected)
}

/// Notes that the bus did not take a row, and when it is offered again.
pub(super) async fn postpone(
    connection: &impl ConnectionTrait,
    id: MessageId,
    why: &str,
    until: Timestamp,
) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(entity::Column::LeasedUntil, Expr::value(until.micros()))
        .col_expr(
            entity::Column::Attempts,
            Expr::col(entity::Column::Attempts).add(1),
        )
        .col_expr(entity::Column::LastError, Expr::value(why))
        .filter(entity::Column::Id.eq(id.as_uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Puts a row aside that the bus refuses for good; an operator decides about it.
pub(super) async fn park(
    connection: &impl ConnectionTrait,
    id: MessageId,
    why: &str,
    now: Timestamp,
) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(entity::Column::ParkedAt, Expr::value(now.micros()))
        .col_expr(entity::Column::LastError, Expr::value(why))
        .filter(entity::Column::Id.eq(id.as_uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Counts what waits.
pub(super) async fn pending(connection: &impl ConnectionTrait) -> Result<Pending, Error> {
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

/// What stands in an outbox, in the order of ids from after `after` on, at most `limit`.
pub(super) async fn page(
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

fn row_of(model: entity::Model) -> Option<Row> {
    let id = MessageId::from_uuid(model.id);
    Row::stored(
        id,
        &model.destination,
        model.body,
        &model.attributes,
        model.attempts,
    )
}
