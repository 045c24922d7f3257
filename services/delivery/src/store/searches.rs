//! The table `searches`: the orders for which an agent is being looked for, with what the answer will name as its cause.
//! It has a row for exactly those deliveries that are pending; most deliveries never see it.

use revcart_persistence::{Cause, Database, Error as DatabaseError, UnitOfWork, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{MessageId, OrderId, Timestamp};
use uuid::Uuid;

use super::Error;
use crate::domain::zone::{self, Zone};

pub(crate) mod entity {
    //! A row of `searches`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "searches")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
        pub zone: String,
        pub expires_at: i64,
        pub correlation_id: String,
        pub causation_id: Option<Uuid>,
        pub traceparent: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// A search that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// The order.
    pub(crate) order: OrderId,
    /// Where an agent is needed.
    pub(crate) zone: Zone,
    /// When to give up.
    pub(crate) expires_at: Timestamp,
    /// What asked for it.
    pub(crate) cause: Cause,
}

/// Writes searches down, in place of earlier ones for the same orders.
pub(crate) async fn put(unit: &UnitOfWork, searches: &[Open]) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::OrderId);
    replace.update_columns([
        Column::Zone,
        Column::ExpiresAt,
        Column::CorrelationId,
        Column::CausationId,
        Column::Traceparent,
    ]);
    let rows = searches.iter().map(|open| ActiveModel {
        order_id: Set(open.order.as_uuid()),
        zone: Set(open.zone.to_string()),
        expires_at: Set(open.expires_at.micros()),
        correlation_id: Set(open.cause.correlation_id.clone()),
        causation_id: Set(open.cause.causation_id.map(Into::into)),
        traceparent: Set(open.cause.traceparent.clone()),
    });
    Ok(batch::upsert(unit.sql(), rows, &replace).await?)
}

/// Removes searches that have come to an end.
pub(crate) async fn remove(unit: &UnitOfWork, orders: &[OrderId]) -> Result<(), Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    for list in batch::padded(&ids) {
        Entity::delete_many()
            .filter(Column::OrderId.is_in(list))
            .exec(unit.sql())
            .await?;
    }
    Ok(())
}

/// Whether any search goes on.
pub(crate) async fn any(database: &Database) -> Result<bool, Error> {
    let found = Entity::find().limit(1).one(database.read()).await?;
    Ok(found.is_some())
}

/// Whether a search is overdue.
pub(crate) async fn any_overdue(database: &Database, now: Timestamp) -> Result<bool, Error> {
    let found = overdue_query(now, 1).one(database.read()).await?;
    Ok(found.is_some())
}

/// Searches whose time is over, the longest overdue first.
pub(crate) async fn overdue(unit: &UnitOfWork, limit: u64) -> Result<Vec<Open>, Error> {
    let rows = overdue_query(unit.now(), limit).all(unit.sql()).await?;
    rows.into_iter().map(stored).collect()
}

/// The query of [`overdue`].
pub(super) fn overdue_query(now: Timestamp, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::ExpiresAt.lte(now.micros()))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit)
}

/// Whether a search goes on in one of these zones.
pub(crate) async fn any_in(database: &Database, zone: &Zone) -> Result<bool, Error> {
    let found = in_zone_query(zone, 1).one(database.read()).await?;
    Ok(found.is_some())
}

/// Searches in this zone, oldest order first.
pub(crate) async fn in_zone(
    unit: &UnitOfWork,
    zone: &Zone,
    limit: u64,
) -> Result<Vec<Open>, Error> {
    let rows = in_zone_query(zone, limit).all(unit.sql()).await?;
    rows.into_iter().map(stored).collect()
}

/// The query of [`in_zone`].
pub(super) fn in_zone_query(zone: &Zone, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::Zone.eq(zone.as_str()))
        .order_by_asc(Column::OrderId)
        .limit(limit)
}

fn stored(row: Model) -> Result<Open, Error> {
    let zone = row.zone.parse();
    Ok(Open {
        order: OrderId::from_uuid(row.order_id),
        zone: zone.map_err(|error: zone::Error| {
            DatabaseError::corrupt("searches", row.order_id, error)
        })?,
        expires_at: Timestamp::from_micros(row.expires_at),
        cause: Cause {
            correlation_id: row.correlation_id,
            causation_id: row.causation_id.map(MessageId::from_uuid),
            traceparent: row.traceparent,
        },
    })
}
