//! An envelope that is kept as it came, understood or not: for the event log, for consoles and for dead letters.

use std::fmt;

use serde_json::value::RawValue;

use crate::{
    DecodeError, Envelope, MessageId, Timestamp,
    envelope::{Wire, split_type},
    redaction,
};

/// An envelope whose data are still the text that came. Sender and type may be unknown here. `Debug` leaves the data out.
#[derive(Clone)]
pub struct RawEnvelope {
    /// Of this message.
    pub id: MessageId,
    /// Who sent it: `/revcart/order-service` if it was one of us.
    pub source: String,
    /// Its type: `com.revcart.order.OrderPlaced.v2` if it is one of ours.
    pub message_type: String,
    /// Id of what it speaks of.
    pub subject: String,
    /// When it was sent.
    pub time: Timestamp,
    /// The order or request that it belongs to.
    pub correlation_id: String,
    /// The message that caused it, if it was one.
    pub causation_id: Option<MessageId>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// W3C trace context, the vendors' part.
    pub tracestate: Option<String>,
    /// What it says, as it came.
    pub data: Box<RawValue>,
}

impl fmt::Debug for RawEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawEnvelope")
            .field("id", &self.id)
            .field("source", &self.source)
            .field("message_type", &self.message_type)
            .field("subject", &self.subject)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

impl RawEnvelope {
    /// Reads the envelope only; fails if the text is not JSON or not CloudEvents, never for its type or data.
    pub fn decode(text: &[u8]) -> Result<Self, DecodeError> {
        let wire = Wire::read(text)?;
        Ok(Self {
            id: wire.id,
            source: wire.source.into_owned(),
            message_type: wire.message_type.into_owned(),
            subject: wire.subject,
            time: wire.time,
            correlation_id: wire.correlationid,
            causation_id: wire.causationid,
            traceparent: wire.traceparent,
            tracestate: wire.tracestate,
            data: wire.data.to_owned(),
        })
    }

    /// The name in its type, `OrderPlaced`; the whole type if it is not made like ours.
    pub fn name(&self) -> &str {
        split_type(&self.message_type).map_or(&self.message_type, |(_, name, _)| name)
    }

    /// The version in its type, if it is made like ours.
    pub fn version(&self) -> Option<u32> {
        split_type(&self.message_type).map(|(_, _, version)| version)
    }

    /// The message itself, if this program knows it.
    pub fn open(&self) -> Result<Envelope, DecodeError> {
        Envelope::from_raw(self)
    }

    /// The data as they may be shown and kept: secrets replaced, all else as it came.
    pub fn redacted_data(&self) -> String {
        redaction::redacted(self.data.get())
    }
}
