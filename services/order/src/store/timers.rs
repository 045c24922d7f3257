//! The timers of sagas: one per saga that waits, claimed by lease.

use std::collections::HashMap;
use std::time::Duration;

use revcart_persistence::batch;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use shared_events::{OrderId, Timestamp};

use super::entity::saga_timers::{ActiveModel, Column, Entity, Model};

/// The timer of one saga.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timer {
    /// The order whose saga waits.
    pub(crate) order_id: OrderId,
    /// The step that it waits for.
    pub(crate) step: String,
    /// To be handed back to the saga, which knows a timer of the past by it.
    pub(crate) generation: u32,
    /// When it goes off.
    pub(crate) due_at: Timestamp,
}

/// Sets timers, in place of those that these sagas had.
pub(crate) async fn set(sql: &impl ConnectionTrait, timers: &[Timer]) -> Result<(), DbErr> {
    let replace = OnConflict::column(Column::OrderId)
        .update_columns([
            Column::Step,
            Column::Generation,
            Column::DueAt,
            Column::LeasedUntil,
        ])
        .to_owned();
    let rows = timers.iter().map(row).map(ActiveModel::from);
    batch::upsert(sql, rows, &replace).await
}

/// Removes the timers of sagas that wait for nothing.
pub(crate) async fn clear(sql: &impl ConnectionTrait, orders: &[OrderId]) -> Result<(), DbErr> {
    let ids: Vec<_> = orders.iter().map(OrderId::as_uuid).collect();
    for list in batch::padded(&ids) {
        Entity::delete_many()
            .filter(Column::OrderId.is_in(list))
            .exec(sql)
            .await?;
    }
    Ok(())
}

/// When the timers of these orders go off, whoever works on them.
pub(crate) async fn of_orders(
    sql: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, Timestamp>, DbErr> {
    let ids: Vec<_> = orders.iter().map(OrderId::as_uuid).collect();
    let mut timers = HashMap::new();
    for list in batch::padded(&ids) {
        let rows: Vec<(uuid::Uuid, i64)> = Entity::find()
            .select_only()
            .columns([Column::OrderId, Column::DueAt])
            .filter(Column::OrderId.is_in(list))
            .into_tuple()
            .all(sql)
            .await?;
        let typed = |(id, due_at)| (OrderId::from_uuid(id), Timestamp::from_micros(due_at));
        timers.extend(rows.into_iter().map(typed));
    }
    Ok(timers)
}

/// The timers that have gone off and that nobody works on, the longest overdue first.
pub(crate) async fn due(
    sql: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Timer>, DbErr> {
    let rows = Entity::find()
        .filter(Column::DueAt.lte(now.micros()))
        .filter(Column::LeasedUntil.lte(now.micros()))
        .order_by_asc(Column::DueAt)
        .limit(limit)
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(timer).collect())
}

/// Takes the timers of these orders for `hold`; returns those that are still due and that nobody else holds.
pub(crate) async fn lease(
    sql: &impl ConnectionTrait,
    orders: &[OrderId],
    now: Timestamp,
    hold: Duration,
) -> Result<Vec<Timer>, DbErr> {
    let ids: Vec<_> = orders.iter().map(OrderId::as_uuid).collect();
    let mut leased = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = Entity::find()
            .filter(Column::OrderId.is_in(list.clone()))
            .filter(Column::DueAt.lte(now.micros()))
            .filter(Column::LeasedUntil.lte(now.micros()))
            .order_by_asc(Column::OrderId)
            .lock_exclusive()
            .all(sql)
            .await?;
        leased.extend(rows.into_iter().map(timer));
        Entity::update_many()
            .col_expr(Column::LeasedUntil, Expr::value((now + hold).micros()))
            .filter(Column::OrderId.is_in(list))
            .filter(Column::DueAt.lte(now.micros()))
            .filter(Column::LeasedUntil.lte(now.micros()))
            .exec(sql)
            .await?;
    }
    Ok(leased)
}

fn row(timer: &Timer) -> Model {
    Model {
        order_id: timer.order_id.as_uuid(),
        step: timer.step.clone(),
        generation: i64::from(timer.generation),
        due_at: timer.due_at.micros(),
        leased_until: 0,
    }
}

fn timer(row: Model) -> Timer {
    Timer {
        order_id: OrderId::from_uuid(row.order_id),
        step: row.step,
        generation: u32::try_from(row.generation).unwrap_or(u32::MAX),
        due_at: Timestamp::from_micros(row.due_at),
    }
}
