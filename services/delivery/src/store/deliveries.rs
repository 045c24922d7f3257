//! The table `deliveries`: what becomes of each order's parcel. A row is one aggregate, its state, parcel and history as JSON:
//! it is always read and written as a whole. The columns beside them are what is searched by.

use revcart_persistence::{Database, Error as DatabaseError, UnitOfWork, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use shared_events::{
    Address, AgentId, AssignDelivery, Contact, DeliveryStatus, OrderId, OrderLine, Timestamp,
};
use uuid::Uuid;

use super::Error;
use crate::domain::delivery::State;
use crate::domain::zone::Zone;

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

/// What is brought, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parcel {
    /// Where it lies on the map of agents.
    pub(crate) zone: Zone,
    /// Where to.
    pub(crate) address: Address,
    /// Whom to ask.
    pub(crate) contact: Contact,
    /// What it consists of.
    pub(crate) lines: Vec<OrderLine>,
}

impl Parcel {
    /// The parcel that a command speaks of.
    pub(crate) fn of(command: &AssignDelivery, zone: Zone) -> Self {
        Self {
            zone,
            address: command.shipping_address.clone(),
            contact: command.contact.clone(),
            lines: command.lines.clone(),
        }
    }
}

/// What an agent adds to a status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remark {
    /// In their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// What proves it: a signature, the address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<String>,
}

/// A status, and when it came to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Moment {
    /// The status.
    pub(crate) status: DeliveryStatus,
    /// When.
    pub(crate) at: Timestamp,
    /// The name of the agent who had it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agent: Option<String>,
    /// What the agent said of it.
    #[serde(flatten)]
    pub(crate) remark: Remark,
}

/// A delivery as it is kept: its state, what is brought, and how it came to stand where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Where it stands.
    pub(crate) state: State,
    /// What is brought; nothing, if all that was heard of it is that it shall not be brought.
    pub(crate) parcel: Option<Parcel>,
    /// Every status it has had, oldest first.
    pub(crate) history: Vec<Moment>,
    /// Raised by every change, from 1.
    pub(crate) version: i64,
}

impl Record {
    /// Takes the next state on, and the time of it.
    pub(crate) fn enter(&mut self, next: State, remark: Remark, now: Timestamp) {
        let is_new_search = next.search().is_some() && next.search() != self.state.search();
        if let Some(status) = next.status()
            && (Some(status) != self.state.status() || is_new_search)
        {
            self.history.push(Moment {
                status,
                at: now,
                agent: next.courier().map(|courier| courier.name.clone()),
                remark,
            });
        }
        self.state = next;
        self.version += 1;
    }

    /// When it came to the status that it has.
    pub(crate) fn since(&self) -> Option<Timestamp> {
        self.history.last().map(|moment| moment.at)
    }
}

/// These deliveries, locked in the order of their ids. Those that do not exist are left out.
pub(crate) async fn lock(
    unit: &UnitOfWork,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, Record)>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let mut records = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = by_ids(list).lock_exclusive().all(unit.sql()).await?;
        records.extend(all_stored(rows)?);
    }
    Ok(records)
}

/// These deliveries, in no order. Those that do not exist are left out.
pub(crate) async fn load(
    database: &Database,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, Record)>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let mut records = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        records.extend(all_stored(by_ids(list).all(database.read()).await?)?);
    }
    Ok(records)
}

/// The query of [`lock`] and [`load`].
pub(super) fn by_ids(ids: Vec<Uuid>) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.is_in(ids))
        .order_by_asc(Column::OrderId)
}

/// The versions of these deliveries.
pub(crate) async fn versions(
    database: &Database,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, i64)>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let mut versions = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows: Vec<(Uuid, i64)> = by_ids(list)
            .select_only()
            .columns([Column::OrderId, Column::Version])
            .into_tuple()
            .all(database.read())
            .await?;
        versions.extend(rows);
    }
    let typed = |(id, version)| (OrderId::from_uuid(id), version);
    Ok(versions.into_iter().map(typed).collect())
}

/// The delivery, if it exists.
pub(crate) async fn find(database: &Database, order: OrderId) -> Result<Option<Record>, Error> {
    let row = Entity::find_by_id(order.as_uuid())
        .one(database.read())
        .await?;
    Ok(row.map(stored).transpose()?.map(|(_, record)| record))
}

/// What an agent has in hand, oldest order first; or what they had, latest order first. From after `after` on.
pub(crate) async fn of_agent(
    database: &Database,
    agent: AgentId,
    ended: bool,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let select = of_agent_query(agent, ended, after, limit);
    all_stored(select.all(database.read()).await?)
}

/// The query of [`of_agent`].
pub(super) fn of_agent_query(
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

/// Deliveries in the order of their orders' ids, from after `after` on.
pub(crate) async fn page(
    database: &Database,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<(OrderId, Record)>, Error> {
    let mut select = Entity::find().order_by_asc(Column::OrderId).limit(limit);
    if let Some(after) = after {
        select = select.filter(Column::OrderId.gt(after.as_uuid()));
    }
    all_stored(select.all(database.read()).await?)
}

/// How many deliveries each agent has in hand, counted by the database.
pub(super) fn in_hand_query() -> Select<Entity> {
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
pub(crate) async fn insert(unit: &UnitOfWork, records: &[(OrderId, &Record)]) -> Result<(), Error> {
    Ok(batch::insert(unit.sql(), rows(unit, records)).await?)
}

/// Replaces deliveries that exist, many rows in one statement.
pub(crate) async fn update(unit: &UnitOfWork, records: &[(OrderId, &Record)]) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::OrderId);
    replace.update_columns([
        Column::Status,
        Column::AgentId,
        Column::Ended,
        Column::State,
        Column::Parcel,
        Column::History,
        Column::Version,
        Column::UpdatedAt,
    ]);
    Ok(batch::upsert(unit.sql(), rows(unit, records), &replace).await?)
}

fn rows(unit: &UnitOfWork, records: &[(OrderId, &Record)]) -> impl Iterator<Item = ActiveModel> {
    let now = unit.now();
    records
        .iter()
        .map(move |(order, record)| row(*order, record, now))
}

fn row(order: OrderId, record: &Record, now: Timestamp) -> ActiveModel {
    let state = &record.state;
    // A delivery is kept from the moment on when something was heard of it, and then it has a status.
    let status = state.status().unwrap_or(DeliveryStatus::Pending);
    let parcel = record.parcel.as_ref().map(serde_json::to_string);
    ActiveModel {
        order_id: Set(order.as_uuid()),
        status: Set(status.as_str().to_owned()),
        agent_id: Set(state.courier().map(|courier| courier.agent_id.into())),
        ended: Set(state.in_hand_of().is_none() && state.search().is_none()),
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
