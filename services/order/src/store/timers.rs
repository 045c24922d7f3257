//! The timers of sagas: one per saga that waits. Who has locked a due one tells its saga and sets the next in the same
//! transaction, so no timer goes off twice; one whose saga cannot be told is set aside for a while.

use std::collections::HashMap;

use revcart_persistence::batch;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{OrderId, Timestamp};
use uuid::Uuid;

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

/// When the timers of these orders go off, set aside or not.
pub(crate) async fn of_orders(
    sql: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, Timestamp>, DbErr> {
    let ids: Vec<_> = orders.iter().map(OrderId::as_uuid).collect();
    let mut timers = HashMap::new();
    for list in batch::padded(&ids) {
        let rows: Vec<(Uuid, i64)> = Entity::find()
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

/// The timers that have gone off and are not set aside, the longest overdue first.
pub(crate) async fn due(
    sql: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Timer>, DbErr> {
    let rows = due_query(now, limit).all(sql).await?;
    Ok(rows.into_iter().map(timer).collect())
}

pub(super) fn due_query(now: Timestamp, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::DueAt.lte(now.micros()))
        .filter(Column::LeasedUntil.lte(now.micros()))
        .order_by_asc(Column::DueAt)
        .limit(limit)
}

/// The timers of these orders that are still due and that nobody has set aside, locked until the transaction ends. Their
/// sagas are to be locked before, as whoever moves a saga on does.
pub(crate) async fn claim(
    sql: &impl ConnectionTrait,
    orders: &[OrderId],
    now: Timestamp,
) -> Result<Vec<Timer>, DbErr> {
    let ids: Vec<_> = orders.iter().map(OrderId::as_uuid).collect();
    let mut claimed = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = claim_query(list, now).all(sql).await?;
        claimed.extend(rows.into_iter().map(timer));
    }
    Ok(claimed)
}

pub(super) fn claim_query(orders: Vec<Uuid>, now: Timestamp) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.is_in(orders))
        .filter(Column::DueAt.lte(now.micros()))
        .filter(Column::LeasedUntil.lte(now.micros()))
        .order_by_asc(Column::OrderId)
        .lock_exclusive()
}

/// Leaves the timer of this order alone until then, if it is due.
pub(crate) async fn set_aside(
    sql: &impl ConnectionTrait,
    order: OrderId,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::value(until.micros()))
        .filter(Column::OrderId.eq(order.as_uuid()))
        .filter(Column::DueAt.lte(now.micros()))
        .exec(sql)
        .await?;
    Ok(())
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
