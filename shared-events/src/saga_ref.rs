//! Which step of which saga a command belongs to: set by the saga, echoed by the participant, understood by nobody in between.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::SagaId;

/// The return address of a command. A reply carries the same one; an event without it answers no step.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SagaRef {
    /// The saga that asks.
    pub saga_id: SagaId,
    /// The step that asks.
    pub step: String,
    /// Counts what an operator repeats on purpose; a mere re-send keeps it. A participant answers once per (order, step, attempt) and repeats that answer.
    pub attempt: u32,
}

/// Reads the flattened echo of a reply: all three fields, or none of them. Serde alone would take two of three for none,
/// and a reply would be lost in silence.
pub(crate) fn echo<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SagaRef>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Parts {
        saga_id: Option<SagaId>,
        step: Option<String>,
        attempt: Option<u32>,
    }
    match Parts::deserialize(deserializer)? {
        Parts {
            saga_id: Some(saga_id),
            step: Some(step),
            attempt: Some(attempt),
        } => Ok(Some(SagaRef {
            saga_id,
            step,
            attempt,
        })),
        Parts {
            saga_id: None,
            step: None,
            attempt: None,
        } => Ok(None),
        Parts { .. } => Err(de::Error::custom(
            "sagaId, step and attempt come together or not at all",
        )),
    }
}
