//! The envelope as it stands on the wire, borrowed from one side or the other.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{error::Category, value::RawValue};

use super::{Content, DecodeError, Envelope};
use crate::{MessageId, Service, Timestamp};

const SPEC_VERSION: &str = "1.0";
const CONTENT_TYPE: &str = "application/json";

/// What is written: attributes in this order, then the data.
#[derive(Serialize)]
pub(super) struct Outgoing<'a, T> {
    specversion: &'static str,
    id: MessageId,
    source: &'static str,
    #[serde(rename = "type")]
    message_type: &'static str,
    subject: &'a str,
    time: Timestamp,
    datacontenttype: &'static str,
    dataschema: &'static str,
    correlationid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    causationid: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracestate: Option<&'a str>,
    data: &'a T,
}

impl<'a, T: Content> Outgoing<'a, T> {
    pub(super) fn of(envelope: &'a Envelope<T>) -> Self {
        Self {
            specversion: SPEC_VERSION,
            id: envelope.id,
            source: envelope.source.source(),
            message_type: envelope.data.wire_type(),
            subject: &envelope.subject,
            time: envelope.time,
            datacontenttype: CONTENT_TYPE,
            dataschema: envelope.data.schema_urn(),
            correlationid: &envelope.correlation_id,
            causationid: envelope.causation_id,
            traceparent: envelope.traceparent.as_deref(),
            tracestate: envelope.tracestate.as_deref(),
            data: &envelope.data,
        }
    }
}

/// What is read: everything borrowed from the text where it can be, the data untouched.
#[derive(Deserialize)]
pub(crate) struct Wire<'a> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    pub(crate) id: MessageId,
    #[serde(borrow)]
    pub(crate) source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    pub(crate) message_type: Cow<'a, str>,
    pub(crate) subject: String,
    pub(crate) time: Timestamp,
    #[serde(borrow)]
    datacontenttype: Option<Cow<'a, str>>,
    pub(crate) correlationid: String,
    pub(crate) causationid: Option<MessageId>,
    pub(crate) traceparent: Option<String>,
    pub(crate) tracestate: Option<String>,
    #[serde(borrow)]
    pub(crate) data: &'a RawValue,
}

impl<'a> Wire<'a> {
    pub(crate) fn read(text: &'a [u8]) -> Result<Self, DecodeError> {
        let wire: Self = serde_json::from_slice(text).map_err(|error| match error.classify() {
            Category::Data => DecodeError::NotCloudEvents(error.to_string()),
            Category::Syntax | Category::Eof | Category::Io => {
                DecodeError::NotJson(error.to_string())
            }
        })?;
        if wire.specversion != SPEC_VERSION {
            return Err(not_cloud_events("specversion", &wire.specversion));
        }
        match &wire.datacontenttype {
            Some(other) if other != CONTENT_TYPE => Err(not_cloud_events("datacontenttype", other)),
            _ => Ok(wire),
        }
    }

    pub(super) fn into_envelope<T>(self, data: T) -> Result<Envelope<T>, DecodeError> {
        Ok(Envelope {
            id: self.id,
            source: known_source(&self.source)?,
            subject: self.subject,
            time: self.time,
            correlation_id: self.correlationid,
            causation_id: self.causationid,
            traceparent: self.traceparent,
            tracestate: self.tracestate,
            data,
        })
    }
}

/// The service in `/revcart/<service>`.
pub(super) fn known_source(source: &str) -> Result<Service, DecodeError> {
    Service::from_source(source).ok_or_else(|| not_cloud_events("source", source))
}

fn not_cloud_events(attribute: &str, value: &str) -> DecodeError {
    DecodeError::NotCloudEvents(format!("{attribute} is {value:?}"))
}
