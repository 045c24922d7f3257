//! What services have on record of an order, as they tell it one another: for `revcart trace` and the console's timeline.

use axum::extract::State;
use axum::routing::{MethodRouter, get};
use serde::{Deserialize, Serialize};
use shared_events::{MessageId, OrderId, Service, Timestamp};

use crate::extract::{Internal, Json, Path};
use crate::problem::Problem;

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When; of a message, when it was sent.
    pub at: Timestamp,
    /// Who has it on record, or sent the message: `order-service`.
    pub service: String,
    /// What sort of thing, in a word of that service: `stock`, `gateway`, `saga-command`, `event`.
    pub kind: String,
    /// What, in a few words: `stock reserved`.
    pub title: String,
    /// The rest; may be empty.
    #[serde(default)]
    pub detail: String,
    /// The message, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The message that caused it, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<MessageId>,
}

impl Record {
    /// A record that is no message and has no known cause.
    pub fn new(
        service: Service,
        at: Timestamp,
        kind: &str,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            at,
            service: service.name().to_owned(),
            kind: kind.to_owned(),
            title: title.into(),
            detail: detail.into(),
            message_id: None,
            caused_by: None,
        }
    }
}

/// The answer of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Oldest first.
    pub records: Vec<Record>,
}

/// `GET /internal/trace/{orderId}` (internal): what `of_order` finds; nothing if there is no such order.
pub fn route<A, E, F, Found>(of_order: F) -> MethodRouter<A>
where
    A: Clone + Send + Sync + 'static,
    E: Into<Problem>,
    F: Fn(A, OrderId) -> Found + Clone + Send + Sync + 'static,
    Found: Future<Output = Result<Vec<Record>, E>> + Send,
{
    get(
        async move |State(app): State<A>, _: Internal, Path(order): Path<OrderId>| {
            let records = of_order(app, order).await.map_err(Into::into)?;
            Ok::<_, Problem>(Json(Trace { records }))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_told_and_read_without_message_ids() {
        let record = Record::new(
            Service::Product,
            Timestamp::from_micros(1_767_614_400_000_000),
            "stock",
            "stock reserved",
            "1 × p",
        );
        let text = r#"{"at":"2026-01-05T12:00:00.000000Z","service":"product-service","kind":"stock","title":"stock reserved","detail":"1 × p"}"#;
        assert_eq!(serde_json::to_string(&record).unwrap(), text);
        assert_eq!(serde_json::from_str::<Record>(text).unwrap(), record);
    }
}
