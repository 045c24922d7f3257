//! Sagas as operators see them, over HTTP and on the command line: what is where, and the timeline of one.

use std::collections::HashMap;

use revcart_persistence::{Database, Error};
use saga::order::{Attention, State, StepState};
use serde::{Deserialize, Serialize};
use shared_events::{MessageId, OrderId, OrderStatus, SagaId, Timestamp};

use crate::store::sagas::Stored;
use crate::store::{orders, saga_log, sagas};

/// Where a saga stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Saga)]
pub struct Summary {
    /// Its identity.
    pub saga_id: SagaId,
    /// The order it is about.
    pub order_id: OrderId,
    /// Name of its definition.
    pub definition: String,
    /// The version that it finishes under.
    pub definition_version: u32,
    /// Where it stands.
    #[schema(value_type = String, example = "RUNNING")]
    pub state: State,
    /// Where its order stands.
    pub order_status: OrderStatus,
    /// The step that is waited for; absent when it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub step: Option<&'static str>,
    /// The attempt of that step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub attempt: Option<u32>,
    /// Why it waits for an operator, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub attention: Option<Attention>,
    /// When the next thing happens by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub due_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last told something.
    pub updated_at: Timestamp,
}

/// A saga in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Where it stands.
    #[serde(flatten)]
    pub saga: Summary,
    /// What people call the order.
    pub order_number: String,
}

/// A saga with its steps and its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SagaDetail)]
pub struct Detail {
    /// Where it stands.
    #[serde(flatten)]
    pub saga: Summary,
    /// What people call the order.
    pub order_number: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// Everything that it was told and that it decided, first to last.
    pub timeline: Vec<Line>,
}

/// A step of a saga.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SagaStep)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    #[schema(value_type = String, example = "done")]
    pub state: StepState,
    /// Its last attempt; 0: none yet.
    pub attempt: u32,
}

/// A line of a saga's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SagaLine)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// `input`, `decision` or `command`.
    pub kind: String,
    /// The step it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub step: Option<String>,
    /// The attempt of that step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub attempt: Option<u32>,
    /// What happened.
    pub title: String,
    /// The rest: a reason, an operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// The message that came in or was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message_id: Option<MessageId>,
}

/// Up to `limit` sagas in this state by order id, from after `after` on.
///
/// # Errors
/// When the database cannot be read.
pub async fn in_state(
    database: &Database,
    state: State,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<Summary>, Error> {
    let sagas = sagas::in_state(database.read(), state, after, limit).await?;
    Ok(sagas.iter().map(Summary::from).collect())
}

/// The latest sagas, all or those in one state, the latest first, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest(
    database: &Database,
    state: Option<State>,
    limit: u64,
) -> Result<Vec<Listed>, Error> {
    let sql = database.read();
    let sagas = sagas::latest(sql, state, limit).await?;
    let ids: Vec<_> = sagas.iter().map(|saga| saga.order_id).collect();
    let numbers: HashMap<_, _> = orders::load(sql, &ids)
        .await?
        .into_iter()
        .map(|order| (order.id, order.number.to_string()))
        .collect();
    let listed = |saga: &Stored| Listed {
        saga: Summary::from(saga),
        order_number: numbers.get(&saga.order_id).cloned().unwrap_or_default(),
    };
    Ok(sagas.iter().map(listed).collect())
}

/// The saga of an order, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Option<Detail>, Error> {
    let sql = database.read();
    let (Some(saga), Some(found)) = (
        sagas::find(sql, order).await?,
        orders::find(sql, order).await?,
    ) else {
        return Ok(None);
    };
    let steps = saga.instance.steps();
    let step = |(name, record): (&'static str, &saga::order::StepRecord)| Step {
        name,
        state: record.state,
        attempt: record.attempt,
    };
    Ok(Some(Detail {
        saga: Summary::from(&saga),
        order_number: found.number.to_string(),
        steps: steps.map(step).collect(),
        timeline: saga_log::of_order(sql, order).await?,
    }))
}

impl From<&Stored> for Summary {
    fn from(stored: &Stored) -> Summary {
        let instance = &stored.instance;
        Summary {
            saga_id: instance.saga_id(),
            order_id: stored.order_id,
            definition: instance.definition().to_owned(),
            definition_version: instance.definition_version(),
            state: instance.state(),
            order_status: instance.status(),
            step: instance.current_step(),
            attempt: instance.current_attempt(),
            attention: instance.attention(),
            due_at: instance.deadline().map(|deadline| deadline.due_at),
            started_at: stored.started_at,
            updated_at: stored.updated_at,
        }
    }
}
