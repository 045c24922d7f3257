//! The logs of sagas: one row per decision, only ever added to.

use revcart_persistence::batch;
use saga::order::LogEntry;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Select};
use shared_events::{OrderId, Timestamp};

use super::entity::saga_log::{ActiveModel, Column, Entity, Model};
use super::{corrupt, to_json};
use crate::sagas::Line;

/// What was decided within one save, to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// The order whose saga decided.
    pub(crate) order_id: OrderId,
    /// The version that the saga was saved as.
    pub(crate) number: i64,
    /// When.
    pub(crate) at: Timestamp,
    /// What the saga says of it.
    pub(crate) entries: Vec<LogEntry>,
}

/// Adds decisions.
pub(crate) async fn append(
    sql: &impl ConnectionTrait,
    decisions: &[Decision],
) -> Result<(), DbErr> {
    batch::insert(sql, decisions.iter().map(row).map(ActiveModel::from)).await
}

/// The log of one saga, first to last.
pub(crate) async fn of_order(
    sql: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Vec<Line>, DbErr> {
    let rows = of_order_query(order).all(sql).await?;
    let mut lines = Vec::new();
    for row in rows {
        let entries: Vec<Line> =
            serde_json::from_str(&row.entries).map_err(|error| corrupt("saga_log", error))?;
        lines.extend(entries);
    }
    Ok(lines)
}

pub(super) fn of_order_query(order: OrderId) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrderId.eq(order.as_uuid()))
        .order_by_asc(Column::Number)
}

fn row(decision: &Decision) -> Model {
    Model {
        order_id: decision.order_id.as_uuid(),
        number: decision.number,
        at: decision.at.micros(),
        entries: to_json(&decision.entries),
    }
}
