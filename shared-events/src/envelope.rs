//! The envelope in which every message travels: CloudEvents 1.0, structured JSON.
//!
//! Writing is one pass of serde over borrowed parts. Reading takes the attributes apart and leaves `data` as the text it is,
//! which is then read once, straight into its struct. Unknown attributes and unknown fields of `data` are ignored; an unknown
//! type or version is an error, because nobody here could say what to do with it (see [`crate::RawEnvelope`] for those who
//! only keep what passes by).

mod wire;

use serde::Serialize;

pub(crate) use wire::Wire;

use crate::{
    AnyMessage, Attributes, Message, MessageId, RawEnvelope, Service, Timestamp, attributes,
};

/// A message with all that is known about its sending.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope<T = AnyMessage> {
    /// Of this message; consumers recognise by it what they have handled.
    pub id: MessageId,
    /// Who sent it.
    pub source: Service,
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
    /// What it says.
    pub data: T,
}

/// What the envelope has to know of what it holds: implemented by every [`Message`] and by [`AnyMessage`].
pub trait Content: Serialize {
    /// Name without version.
    fn name(&self) -> &'static str;
    /// Version.
    fn version(&self) -> u32;
    /// `type` on the wire.
    fn wire_type(&self) -> &'static str;
    /// `dataschema` on the wire.
    fn schema_urn(&self) -> &'static str;
    /// Id of what it speaks of.
    fn subject(&self) -> String;
}

impl<M: Message> Content for M {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn version(&self) -> u32 {
        M::VERSION
    }

    fn wire_type(&self) -> &'static str {
        M::TYPE
    }

    fn schema_urn(&self) -> &'static str {
        M::SCHEMA
    }

    fn subject(&self) -> String {
        Message::subject(self)
    }
}

impl Content for AnyMessage {
    fn name(&self) -> &'static str {
        self.descriptor().name
    }

    fn version(&self) -> u32 {
        self.descriptor().version
    }

    fn wire_type(&self) -> &'static str {
        self.descriptor().wire_type
    }

    fn schema_urn(&self) -> &'static str {
        self.descriptor().schema_urn
    }

    fn subject(&self) -> String {
        AnyMessage::subject(self)
    }
}

/// Why a text is not a message. Each of them is for good: trying again does not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It is not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// It is JSON, but not an envelope as we write it.
    #[error("not a CloudEvents envelope: {0}")]
    NotCloudEvents(String),
    /// It is an envelope of something that this program does not know.
    #[error("unknown message type {0:?}")]
    UnknownType(String),
    /// It is a message that this program knows, but not this version of it: it comes from a newer program.
    #[error("unknown version {version} of {name}; known up to {newest}")]
    UnknownVersion {
        /// Name of the message.
        name: &'static str,
        /// The version that came.
        version: u32,
        /// The newest that is known here.
        newest: u32,
    },
    /// Its data are not what its type promises.
    #[error("{id}: {path}: {reason}")]
    BadData {
        /// `order.OrderPlaced.v2`
        id: &'static str,
        /// Where in `data`: `lines[0].quantity`.
        path: String,
        /// What is wrong there.
        reason: String,
    },
}

impl DecodeError {
    pub(crate) fn unknown_version<M: Message>(version: u32) -> Self {
        Self::UnknownVersion {
            name: M::NAME,
            version,
            newest: M::VERSION,
        }
    }
}

impl<T: Content> Envelope<T> {
    /// A message by itself: new id, its own subject, which is also what it belongs to, and no cause.
    pub fn new(source: Service, time: Timestamp, data: T) -> Self {
        let subject = data.subject();
        Self {
            id: MessageId::new(),
            source,
            correlation_id: subject.clone(),
            subject,
            time,
            causation_id: None,
            traceparent: None,
            tracestate: None,
            data,
        }
    }

    /// The text that travels.
    pub fn encode(&self) -> String {
        serde_json::to_string(&wire::Outgoing::of(self))
            .expect("messages are structs of strings and numbers, which JSON can write")
    }

    /// The same text, indented, for people.
    pub fn encode_pretty(&self) -> String {
        serde_json::to_string_pretty(&wire::Outgoing::of(self))
            .expect("messages are structs of strings and numbers, which JSON can write")
    }

    /// What travels beside the text.
    pub fn attributes(&self) -> Attributes {
        let mut beside = Attributes::new();
        beside.set(attributes::EVENT_TYPE, self.data.name());
        beside.set(attributes::EVENT_VERSION, self.data.version().to_string());
        beside.set(attributes::CORRELATION_ID, self.correlation_id.clone());
        if let Some(traceparent) = &self.traceparent {
            beside.set(attributes::TRACEPARENT, traceparent.clone());
        }
        beside
    }
}

impl Envelope {
    /// Reads what travelled; older versions become what would be written today.
    pub fn decode(text: &[u8]) -> Result<Self, DecodeError> {
        let wire = Wire::read(text)?;
        let (name, version) = known_type(&wire.message_type)?;
        let data = AnyMessage::decode(name, version, wire.data.get())?;
        wire.into_envelope(data)
    }

    pub(crate) fn from_raw(raw: &RawEnvelope) -> Result<Self, DecodeError> {
        let (name, version) = known_type(&raw.message_type)?;
        Ok(Self {
            id: raw.id,
            source: wire::known_source(&raw.source)?,
            subject: raw.subject.clone(),
            time: raw.time,
            correlation_id: raw.correlation_id.clone(),
            causation_id: raw.causation_id,
            traceparent: raw.traceparent.clone(),
            tracestate: raw.tracestate.clone(),
            data: AnyMessage::decode(name, version, raw.data.get())?,
        })
    }
}

/// Takes `com.revcart.order.OrderPlaced.v2` apart and sees to it that the name belongs to the domain.
fn known_type(message_type: &str) -> Result<(&str, u32), DecodeError> {
    let unknown = || DecodeError::UnknownType(message_type.to_owned());
    let (domain, name, version) = split_type(message_type).ok_or_else(unknown)?;
    match crate::catalogue::find(name) {
        Some(descriptor) if descriptor.domain.name() == domain => Ok((name, version)),
        _ => Err(unknown()),
    }
}

/// Domain, name and version of a type on the wire, known or not; nothing if it is not made like ours.
pub(crate) fn split_type(message_type: &str) -> Option<(&str, &str, u32)> {
    let (rest, version) = message_type
        .strip_prefix("com.revcart.")?
        .rsplit_once(".v")?;
    let (domain, name) = rest.split_once('.')?;
    Some((domain, name, version.parse().ok()?))
}

impl<T> Envelope<T> {
    /// The same envelope around something else.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Envelope<U> {
        Envelope {
            id: self.id,
            source: self.source,
            subject: self.subject,
            time: self.time,
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            traceparent: self.traceparent,
            tracestate: self.tracestate,
            data: f(self.data),
        }
    }
}
