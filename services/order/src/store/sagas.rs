//! Saga instances as rows.

use std::collections::HashMap;

use revcart_persistence::batch;

use saga::order::{Instance, State, StepRecord, StepState};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{OrderId, Timestamp};
use uuid::Uuid;

use super::entity::sagas::{ActiveModel, Column, Entity, Model};
use super::{corrupt, to_json};

/// A saga as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The order it is about.
    pub(crate) order_id: OrderId,
    /// What the engine remembers.
    pub(crate) instance: Instance,
    /// When it began.
    pub(crate) started_at: Timestamp,
    /// When it last moved.
    pub(crate) updated_at: Timestamp,
    /// Counts the saves, from 1.
    pub(crate) version: i64,
}

/// Where a saga stands, as queries see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The state.
    pub(crate) state: State,
    /// The step that is waited for; none if it has ended.
    pub(crate) step: Option<String>,
    /// Steps of which an operator has decided that they are not undone.
    pub(crate) left_alone: Vec<&'static str>,
}

/// How many sagas stand where.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Standing {
    /// The state, as stored.
    pub(crate) state: String,
    /// The step that is waited for.
    pub(crate) step: String,
    /// How many.
    pub(crate) sagas: i64,
}

/// Adds a new saga.
pub(crate) async fn insert(sql: &impl ConnectionTrait, saga: &Stored) -> Result<(), DbErr> {
    batch::insert(sql, [ActiveModel::from(row(saga))]).await
}

/// Adds new sagas.
pub(crate) async fn insert_all(sql: &impl ConnectionTrait, sagas: &[Stored]) -> Result<(), DbErr> {
    batch::insert(sql, sagas.iter().map(|saga| ActiveModel::from(row(saga)))).await
}

/// Writes sagas that exist, each as the successor of the version that was loaded. Returns how many were still that version:
/// fewer than given, and somebody else has moved one in between.
pub(crate) async fn save(sql: &impl ConnectionTrait, sagas: &[&Stored]) -> Result<u64, DbErr> {
    let rows = sagas.iter().map(|saga| ActiveModel::from(row(saga)));
    let columns = [
        Column::State,
        Column::Step,
        Column::Instance,
        Column::UpdatedAt,
    ];
    batch::replace_next(sql, rows, (Column::OrderId, Column::Version), columns).await
}

/// The sagas of these orders, locked until the transaction ends (SQLite has one writer and needs no lock).
pub(crate) async fn lock(
    sql: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, Stored>, DbErr> {
    let ids: Vec<_> = orders.iter().map(OrderId::as_uuid).collect();
    let mut sagas = HashMap::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        for row in lock_query(list).all(sql).await? {
            let saga = stored(row)?;
            sagas.insert(saga.order_id, saga);
        }
    }
    Ok(sagas)
}

pub(super) fn lock_query(orders: Vec<Uuid>) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.is_in(orders))
        .order_by_asc(Column::OrderId)
        .lock_exclusive()
}

/// The saga of one order.
pub(crate) async fn find(
    sql: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Option<Stored>, DbErr> {
    Entity::find_by_id(order.as_uuid())
        .one(sql)
        .await?
        .map(stored)
        .transpose()
}

/// Sagas in one state by order id, from after the order `after` on.
pub(crate) async fn in_state(
    sql: &impl ConnectionTrait,
    state: State,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<Stored>, DbErr> {
    let rows = in_state_query(state, after, limit).all(sql).await?;
    rows.into_iter().map(stored).collect()
}

pub(super) fn in_state_query(state: State, after: Option<OrderId>, limit: u64) -> Select<Entity> {
    let query = Entity::find()
        .filter(Column::State.eq(word(state)))
        .order_by_asc(Column::OrderId)
        .limit(limit);
    match after {
        Some(after) => query.filter(Column::OrderId.gt(after.as_uuid())),
        None => query,
    }
}

/// The latest sagas, all or those in one state, the latest first.
pub(crate) async fn latest(
    sql: &impl ConnectionTrait,
    state: Option<State>,
    limit: u64,
) -> Result<Vec<Stored>, DbErr> {
    let rows = latest_query(state, limit).all(sql).await?;
    rows.into_iter().map(stored).collect()
}

pub(super) fn latest_query(state: Option<State>, limit: u64) -> Select<Entity> {
    let query = Entity::find().order_by_desc(Column::OrderId).limit(limit);
    match state {
        Some(state) => query.filter(Column::State.eq(word(state))),
        None => query,
    }
}

/// Where these sagas stand, by order.
pub(crate) async fn positions(
    sql: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, Position>, DbErr> {
    let ids: Vec<_> = orders.iter().map(OrderId::as_uuid).collect();
    let mut positions = HashMap::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        for row in Entity::find()
            .filter(Column::OrderId.is_in(list))
            .all(sql)
            .await?
        {
            positions.insert(OrderId::from_uuid(row.order_id), position(row)?);
        }
    }
    Ok(positions)
}

/// How many sagas that have not ended stand at which step.
pub(crate) async fn standing(sql: &impl ConnectionTrait) -> Result<Vec<Standing>, DbErr> {
    standing_query().into_model().all(sql).await
}

pub(super) fn standing_query() -> Select<Entity> {
    let unfinished = [State::Running, State::Compensating, State::NeedsAttention].map(word);
    Entity::find()
        .select_only()
        .columns([Column::State, Column::Step])
        .column_as(Column::OrderId.count(), "sagas")
        .filter(Column::State.is_in(unfinished))
        .group_by(Column::State)
        .group_by(Column::Step)
}

/// The word that a state is kept and shown as.
pub(crate) fn word(state: State) -> &'static str {
    match state {
        State::Running => "RUNNING",
        State::Compensating => "COMPENSATING",
        State::NeedsAttention => "NEEDS_ATTENTION",
        State::Completed => "COMPLETED",
        State::Compensated => "COMPENSATED",
    }
}

fn state(word_of_row: &str) -> Result<State, DbErr> {
    [
        State::Running,
        State::Compensating,
        State::NeedsAttention,
        State::Completed,
        State::Compensated,
    ]
    .into_iter()
    .find(|state| word(*state) == word_of_row)
    .ok_or_else(|| corrupt("sagas", format!("{word_of_row} is no state")))
}

fn row(saga: &Stored) -> Model {
    Model {
        order_id: saga.order_id.as_uuid(),
        saga_id: saga.instance.saga_id().as_uuid(),
        definition_version: i32::try_from(saga.instance.definition_version()).unwrap_or(i32::MAX),
        state: word(saga.instance.state()).to_owned(),
        step: saga.instance.current_step().unwrap_or_default().to_owned(),
        instance: to_json(&saga.instance),
        started_at: saga.started_at.micros(),
        updated_at: saga.updated_at.micros(),
        version: saga.version,
    }
}

fn position(row: Model) -> Result<Position, DbErr> {
    let state = state(&row.state)?;
    let step = Some(row.step.clone()).filter(|step| !step.is_empty());
    let saga = stored(row)?;
    let skipped = |(name, record): (&'static str, &StepRecord)| {
        (record.state == StepState::Skipped).then_some(name)
    };
    Ok(Position {
        state,
        step,
        left_alone: saga.instance.steps().filter_map(skipped).collect(),
    })
}

fn stored(row: Model) -> Result<Stored, DbErr> {
    Ok(Stored {
        order_id: OrderId::from_uuid(row.order_id),
        instance: serde_json::from_str(&row.instance).map_err(|error| corrupt("sagas", error))?,
        started_at: Timestamp::from_micros(row.started_at),
        updated_at: Timestamp::from_micros(row.updated_at),
        version: row.version,
    })
}
