//! An event as the log keeps it: all that came, understood or not, without secrets.

use serde_json::value::RawValue;
use shared_events::{MessageId, OrderId, RawEnvelope, Timestamp};

/// Types of which the subject is an order. (Other events belong to an order if their correlation says so.)
const OF_AN_ORDER: [&str; 6] = [
    "com.revcart.order.",
    "com.revcart.payment.",
    "com.revcart.delivery.",
    "com.revcart.product.StockReserved.",
    "com.revcart.product.StockReservationFailed.",
    "com.revcart.product.StockReleased.",
];

/// Characters of a name that are kept: names are looked for, and nobody looks for longer ones.
pub const LONGEST_NAME: usize = 120;

/// An event on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The message.
    pub id: MessageId,
    /// `OrderPlaced`; the whole type if it is not made like ours.
    pub name: String,
    /// `com.revcart.order.OrderPlaced.v2`, as it came.
    pub message_type: String,
    /// `/revcart/order-service`, as it came.
    pub source: String,
    /// Id of what it speaks of.
    pub subject: String,
    /// The order or request that it belongs to, as it came.
    pub correlation_id: String,
    /// The message that caused it, if it was one.
    pub causation_id: Option<MessageId>,
    /// The order that it belongs to. For an event that belongs to a request, this is the id of the request, which finds nothing.
    pub order_id: Option<OrderId>,
    /// When it was sent.
    pub time: Timestamp,
    /// What it says: JSON, secrets replaced.
    pub data: String,
}

impl Entry {
    /// What is kept of a message.
    #[must_use]
    pub fn of(raw: &RawEnvelope) -> Self {
        Self {
            id: raw.id,
            name: raw.name().chars().take(LONGEST_NAME).collect(),
            message_type: raw.message_type.clone(),
            source: raw.source.clone(),
            subject: raw.subject.clone(),
            correlation_id: raw.correlation_id.clone(),
            causation_id: raw.causation_id,
            order_id: order_of(raw),
            time: raw.time,
            data: raw.redacted_data(),
        }
    }

    /// The message as it came, without what is not kept. Nothing if its data had to be hidden as a whole.
    #[must_use]
    pub fn raw(&self) -> Option<RawEnvelope> {
        Some(RawEnvelope {
            id: self.id,
            source: self.source.clone(),
            message_type: self.message_type.clone(),
            subject: self.subject.clone(),
            time: self.time,
            correlation_id: self.correlation_id.clone(),
            causation_id: self.causation_id,
            traceparent: None,
            tracestate: None,
            data: RawValue::from_string(self.data.clone()).ok()?,
        })
    }
}

/// An event of an order that a request of its own caused (a refund by hand) is correlated with the request, so its subject counts.
fn order_of(raw: &RawEnvelope) -> Option<OrderId> {
    let speaks_of_one = OF_AN_ORDER
        .iter()
        .any(|start| raw.message_type.starts_with(start));
    let id = if speaks_of_one {
        &raw.subject
    } else {
        &raw.correlation_id
    };
    id.parse().ok()
}

#[cfg(test)]
mod tests {
    use shared_events::{Envelope, Service, UserId, samples};

    use super::*;

    fn raw(text: &str) -> RawEnvelope {
        RawEnvelope::decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn an_event_of_an_order_belongs_to_it_whoever_caused_it() {
        let mut envelope = Envelope::new(
            Service::Order,
            Timestamp::from_micros(7),
            samples::order_placed_v1(),
        );
        let order = envelope.data.order_id;
        for correlation in [order.to_string(), "request-7".to_owned()] {
            envelope.correlation_id = correlation.clone();
            let entry = Entry::of(&raw(&envelope.encode()));
            assert_eq!(entry.order_id, Some(order));
            assert_eq!(entry.correlation_id, correlation);
        }
    }

    #[test]
    fn an_event_of_something_else_belongs_to_the_order_that_it_is_correlated_with() {
        let order = OrderId::new();
        let text = format!(
            r#"{{"specversion":"1.0","id":"{}","source":"/elsewhere","type":"Odd","subject":"{}","time":"2026-01-05T12:00:00Z","correlationid":"{order}","data":{{"paymentToken":"tok_1"}}}}"#,
            MessageId::new(),
            UserId::new(),
        );
        let entry = Entry::of(&raw(&text));
        assert_eq!(entry.order_id, Some(order));
        assert_eq!(
            (entry.name.as_str(), entry.message_type.as_str()),
            ("Odd", "Odd")
        );
        assert!(!entry.data.contains("tok_1"));
    }
}
