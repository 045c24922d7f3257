//! Deliveries as rows of the table `deliveries`: state, parcel and history as JSON, and beside them as columns what is
//! searched by.

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{AgentId, OrderId, Timestamp};
use uuid::Uuid;

use super::{Record, Stretch};
use crate::store::Error;

pub(crate) mod entity {
    //! A row of `deliveries`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
        pub status: String,
        pub agent_id: Option<Uuid>,
        pub zone: Option<String>,
        pub ended: bool,
        pub state: String,
        pub parcel: Option<String>,
        pub history: String,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// These deliveries, locked in the order of their ids. Those that do not exist are left out.
pub(super) async fn lock(
    tx: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, Record)>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let mut records = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = by_ids(list).lock_exclusive().all(tx).await?;
        records.extend(all_stored(rows)?);
    }
    Ok(records)
}

/// These deliveries, in no order. Those that do not exist are left out.
pub(super) async fn load(
    connection: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, Record)>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let mut records = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        records.extend(all_stored(by_ids(list).all(connection).await?)?);
    }
    Ok(records)
}

/// The query of [`lock`] and [`load`].
pub(in crate::store) fn by_ids(ids: Vec<Uuid>) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.is_in(ids))
        .order_by_asc(Column::OrderId)
}

/// The versions of these deliveries.
pub(super) async fn versions(
    connection: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, i64)>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let mut versions = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows: Vec<(Uuid, i64)> = by_ids(list)
            .select_only()
            .columns([Column::OrderId, Column::Version])
            .into_tuple()
            .all(connection)
            .await?;
        versions.extend(rows);
    }
    let typed = |(id, version)| (OrderId::from_uuid(id), version);
    Ok(versions.into_iter().map(typed).collect())
}

/// The delivery, if it exists.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Option<Record>, Error> {
    let row = Entity::find_by_id(order.as_uuid()).one(connection).await?;
    Ok(row.map(stored).transpose()?.map(|(_, record)| record))
}

/// What an agent has in hand, oldest order first; or what they had, latest order first. From after `after` on.
pub(super) async fn of_agent(
    connection: &impl ConnectionTrait,
    agent: AgentId,
    ended: bool,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let select = of_agent_query(agent, ended, after, limit);
    all_stored(select.all(connection).await?)
}

/// The query of [`of_agent`].
pub(in crate::store) fn of_agent_query(
    agent: AgentId,
    ended: bool,
    after: Option<OrderId>,
    limit: u64,
) -> Select<Entity> {
    let select = Entity::find()
        .filter(Column::AgentId.eq(agent.as_uuid()))
        .filter(Column::Ended.eq(ended))
        .limit(limit);
    match (ended, after.map(Uuid::from)) {
        (false, None) => select.order_by_asc(Column::OrderId),
        (false, Some(after)) => select
            .order_by_asc(Column::OrderId)
            .filter(Column::OrderId.gt(after)),
        (true, None) => select.order_by_desc(Column::OrderId),
        (true, Some(after)) => select
            .order_by_desc(Column::OrderId)
            .filter(Column::OrderId.lt(after)),
    }
}

/// A stretch of the list of deliveries, latest order first, from after `after` on.
pub(super) async fn stretch(
    connection: &impl ConnectionTrait,
    stretch: &Stretch,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let select = stretch_query(stretch, after, limit);
    all_stored(select.all(connection).await?)
}

/// The query of [`stretch`].
pub(in crate::store) fn stretch_query(
    stretch: &Stretch,
    after: Option<OrderId>,
    limit: u64,
) -> Select<Entity> {
    let mut select = Entity::find().order_by_desc(Column::OrderId).limit(limit);
    if let Some((agent, ended)) = stretch.agent {
        select = select
            .filter(Column::AgentId.eq(agent.as_uuid()))
            .filter(Column::Ended.eq(ended));
    }
    if let Some(zone) = &stretch.zone {
        select = select.filter(Column::Zone.eq(zone.as_str()));
    }
    if let Some(status) = stretch.status {
        select = select.filter(Column::Status.eq(status.as_str()));
    }
    if let Some(after) = after {
        select = select.filter(Column::OrderId.lt(after.as_uuid()));
    }
    select
}

/// Deliveries in the order of their orders' ids, from after `after` on.
pub(super) async fn page(
    connection: &impl ConnectionTrait,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let mut select = Entity::find().order_by_asc(Column::OrderId).limit(limit);
    if let Some(after) = after {
        select = select.filter(Column::OrderId.gt(after.as_uuid()));
    }
    all_stored(select.all(connection).await?)
}

/// How many deliveries each agent has in hand, counted by the database.
pub(in crate::store) fn in_hand_query() -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::AgentId)
        .column_as(Column::OrderId.count(), "deliveries")
        .filter(Column::AgentId.is_not_null())
        .filter(Column::Ended.eq(false))
        .group_by(Column::AgentId)
}

/// Adds deliveries. One that somebody else has added since it was looked for is refused by the primary key: the transaction
/// starts over and finds it.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    records: &[(OrderId, &Record)],
    now: Timestamp,
) -> Result<(), Error> {
    Ok(batch::insert(tx, rows(records, now)).await?)
}

/// Replaces deliveries that exist, many rows in one statement.
pub(super) async fn update(
    tx: &impl ConnectionTrait,
    records: &[(OrderId, &Record)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::OrderId);
    replace.update_columns([
        Column::Status,
        Column::AgentId,
        Column::Zone,
        Column::Ended,
        Column::State,
        Column::Parcel,
        Column::History,
        Column::Version,
        Column::UpdatedAt,
    ]);
    Ok(batch::upsert(tx, rows(records, now), &replace).await?)
}

fn rows(records: &[(OrderId, &Record)], now: Timestamp) -> impl Iterator<Item = ActiveModel> {
    records
        .iter()
        .map(move |(order, record)| row(*order, record, now))
}

fn row(order: OrderId, record: &Record, now: Timestamp) -> ActiveModel {
    let state = &record.state;
    let parcel = record.parcel.as_ref().map(serde_json::to_string);
    ActiveModel {
        order_id: Set(order.as_uuid()),
        status: Set(super::status(state).as_str().to_owned()),
        agent_id: Set(state.courier().map(|courier| courier.agent_id.into())),
        zone: Set(record.parcel.as_ref().map(|parcel| parcel.zone.to_string())),
        ended: Set(super::has_ended(state)),
        state: Set(serde_json::to_string(state).expect("a state is JSON")),
        parcel: Set(parcel.transpose().expect("a parcel is JSON")),
        history: Set(serde_json::to_string(&record.history).expect("a history is JSON")),
        version: Set(record.version),
        created_at: Set(now.micros()),
        updated_at: Set(now.micros()),
    }
}

fn all_stored(rows: Vec<Model>) -> Result<Vec<(OrderId, Record)>, Error> {
    rows.into_iter().map(stored).collect()
}

fn stored(row: Model) -> Result<(OrderId, Record), Error> {
    let corrupt = |error| DatabaseError::corrupt("deliveries", row.order_id, error);
    let parcel = row.parcel.as_deref().map(serde_json::from_str).transpose();
    let record = Record {
        state: serde_json::from_str(&row.state).map_err(corrupt)?,
        parcel: parcel.map_err(corrupt)?,
        history: serde_json::from_str(&row.history).map_err(corrupt)?,
        version: row.version,
    };
    Ok((OrderId::from_uuid(row.order_id), record))
}
