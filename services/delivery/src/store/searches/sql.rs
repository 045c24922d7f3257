//! Searches as rows of the table `searches`.

use revcart_persistence::{Cause, Error as DatabaseError, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{MessageId, OrderId, Timestamp};
use uuid::Uuid;

use super::Open;
use crate::domain::zone::{self, Zone};
use crate::store::Error;

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

/// Writes searches down, in place of earlier ones for the same orders.
pub(super) async fn put(tx: &impl ConnectionTrait, searches: &[Open]) -> Result<(), Error> {
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
    Ok(batch::upsert(tx, rows, &replace).await?)
}

/// Removes searches that have come to an end.
pub(super) async fn remove(tx: &impl ConnectionTrait, orders: &[OrderId]) -> Result<(), Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    for list in batch::padded(&ids) {
        Entity::delete_many()
            .filter(Column::OrderId.is_in(list))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Whether any search goes on.
pub(super) async fn any(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    let found = Entity::find().limit(1).one(connection).await?;
    Ok(found.is_some())
}

/// Whether a search is overdue.
pub(super) async fn any_overdue(
    connection: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<bool, Error> {
    let found = overdue_query(now, 1).one(connection).await?;
    Ok(found.is_some())
}

/// Searches whose time is over, the longest overdue first.
pub(super) async fn overdue(
    tx: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Open>, Error> {
    let rows = overdue_query(now, limit).all(tx).await?;
    rows.into_iter().map(stored).collect()
}

/// The query of [`overdue`].
pub(in crate::store) fn overdue_query(now: Timestamp, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::ExpiresAt.lte(now.micros()))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit)
}

/// Whether a search goes on in one of these zones.
pub(super) async fn any_in(connection: &impl ConnectionTrait, zone: &Zone) -> Result<bool, Error> {
    let found = in_zone_query(zone, 1).one(connection).await?;
    Ok(found.is_some())
}

/// Searches in this zone, oldest order first.
pub(super) async fn in_zone(
    tx: &impl ConnectionTrait,
    zone: &Zone,
    limit: u64,
) -> Result<Vec<Open>, Error> {
    let rows = in_zone_query(zone, limit).all(tx).await?;
    rows.into_iter().map(stored).collect()
}

/// The query of [`in_zone`].
pub(in crate::store) fn in_zone_query(zone: &Zone, limit: u64) -> Select<Entity> {
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
