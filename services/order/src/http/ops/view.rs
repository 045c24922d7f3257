//! A saga as operators see it.

use saga::order::{Attention, Instance};
use serde::Serialize;
use shared_events::{OrderId, OrderStatus, SagaId, Timestamp};

use crate::store::saga_log::Line;
use crate::store::sagas::{self, Stored};

/// One of a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SagaBody {
    saga_id: SagaId,
    order_id: OrderId,
    definition: String,
    definition_version: u32,
    state: &'static str,
    order_status: OrderStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attention: Option<Attention>,
    /// When the next thing happens by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
    started_at: Timestamp,
    updated_at: Timestamp,
}

/// One with everything.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SagaDetail {
    #[serde(flatten)]
    saga: SagaBody,
    order_number: String,
    steps: Vec<StepBody>,
    timeline: Vec<Line>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StepBody {
    name: &'static str,
    state: saga::order::StepState,
    attempt: u32,
}

impl From<&Stored> for SagaBody {
    fn from(stored: &Stored) -> SagaBody {
        let instance: &Instance = &stored.instance;
        SagaBody {
            saga_id: instance.saga_id(),
            order_id: stored.order_id,
            definition: instance.definition().to_owned(),
            definition_version: instance.definition_version(),
            state: sagas::word(instance.state()),
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

impl SagaDetail {
    pub(crate) fn of(stored: &Stored, order_number: String, timeline: Vec<Line>) -> SagaDetail {
        let steps = stored.instance.steps().map(|(name, record)| StepBody {
            name,
            state: record.state,
            attempt: record.attempt,
        });
        SagaDetail {
            saga: SagaBody::from(stored),
            order_number,
            steps: steps.collect(),
            timeline,
        }
    }
}
