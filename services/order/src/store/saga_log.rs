//! The logs of sagas: one row per decision, only ever added to.

use revcart_persistence::batch;
use saga::order::LogEntry;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, InsertMany, QueryFilter, QueryOrder,
};
use shared_events::{MessageId, OrderId, Timestamp};

use super::entity::saga_log::{ActiveModel, Column, Entity, Model};
use super::{corrupt, to_json};

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

/// A line of the log as it is read back.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// When.
    pub(crate) at: Timestamp,
    /// `input`, `decision` or `command`.
    pub(crate) kind: String,
    /// The step it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    /// The attempt of that step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u32>,
    /// What happened.
    pub(crate) title: String,
    /// The rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// The message that came in or was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message_id: Option<MessageId>,
}

/// Adds decisions.
pub(crate) async fn append(
    sql: &impl ConnectionTrait,
    decisions: &[Decision],
) -> Result<(), DbErr> {
    for chunk in batch::chunks(decisions) {
        InsertMany::<ActiveModel>::many(chunk.iter().map(row))
            .exec_without_returning(sql)
            .await?;
    }
    Ok(())
}

/// The log of one saga, first to last.
pub(crate) async fn of_order(
    sql: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Vec<Line>, DbErr> {
    let rows = Entity::find()
        .filter(Column::OrderId.eq(order.as_uuid()))
        .order_by_asc(Column::Number)
        .all(sql)
        .await?;
    let mut lines = Vec::new();
    for row in rows {
        let entries: Vec<Line> =
            serde_json::from_str(&row.entries).map_err(|error| corrupt("saga_log", error))?;
        lines.extend(entries);
    }
    Ok(lines)
}

fn row(decision: &Decision) -> Model {
    Model {
        order_id: decision.order_id.as_uuid(),
        number: decision.number,
        at: decision.at.micros(),
        entries: to_json(&decision.entries),
    }
}
