//! Messages as SNS and SQS have them: body, and string attributes, ten at the most, in no order.
//!
//! The message's id travels as an attribute of its own where there is room, so that a dead letter is known without reading
//! its body. A message without (sent by hand, or with ten attributes already) is known by the `id` of its envelope, or by
//! what SQS calls it: it always comes through, and the consumer decides what it is.

use std::sync::Arc;

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName as System};
use serde::Deserialize;
use shared_events::attributes::{
    CORRELATION_ID, DLQ_CONSUMER, DLQ_ERROR_CLASS, DLQ_FAILED_AT, DLQ_REASON, EVENT_TYPE,
    EVENT_VERSION, TRACEPARENT,
};
use shared_events::{Attributes, MessageId, Timestamp};
use uuid::Uuid;

use super::receipts::Held;
use crate::bus::limits::{attribute_size, is_plain, size};
use crate::bus::{LARGEST_MESSAGE, MOST_ATTRIBUTES, OutgoingMessage};

/// The attribute that has the message's id. Only on the wire: neither publishers nor consumers see it.
const MESSAGE_ID: &str = "message_id";
/// The attribute that says how often a dead letter had been received before it became one. Only on the wire.
const DLQ_RECEIVE_COUNT: &str = "dlq_receive_count";
/// A UUID as text.
const ID_LENGTH: usize = 36;

/// Known attributes, the most important first: the order in which they are listed, and kept where there is no room for all.
const KNOWN: [&str; 10] = [
    EVENT_TYPE,
    EVENT_VERSION,
    MESSAGE_ID,
    DLQ_ERROR_CLASS,
    DLQ_REASON,
    CORRELATION_ID,
    TRACEPARENT,
    DLQ_FAILED_AT,
    DLQ_CONSUMER,
    DLQ_RECEIVE_COUNT,
];

/// The attributes that go out with `message`.
pub(super) fn outgoing(message: &OutgoingMessage) -> Vec<(&str, String)> {
    let own = message.attributes.iter();
    let mut pairs: Vec<_> = own.map(|(name, value)| (name, value.to_owned())).collect();
    if has_room_for_id(message) {
        pairs.push((MESSAGE_ID, message.id.to_string()));
    }
    pairs
}

/// What `message` counts for in a request.
pub(super) fn wire_size(message: &OutgoingMessage) -> usize {
    let id = MESSAGE_ID.len() + attribute_size("", "") + ID_LENGTH;
    size(message) + if has_room_for_id(message) { id } else { 0 }
}

fn has_room_for_id(message: &OutgoingMessage) -> bool {
    let id = MESSAGE_ID.len() + attribute_size("", "") + ID_LENGTH;
    message.attributes.len() < MOST_ATTRIBUTES
        && message.attributes.get(MESSAGE_ID).is_none()
        && size(message) + id <= LARGEST_MESSAGE
}

/// A message as it came out of a queue, its receipt not yet numbered; nothing if SQS gave none.
pub(super) struct Arrived {
    pub(super) held: Held,
    pub(super) sent_at: Timestamp,
    /// For a dead letter, the receives before it became one.
    pub(super) earlier_receives: u32,
}

impl Arrived {
    pub(super) fn read(message: Message) -> Option<Self> {
        let message_id = message.message_id.unwrap_or_default();
        let body: Arc<str> = message.body.unwrap_or_default().into();
        let mut pairs: Vec<(String, String)> = message
            .message_attributes
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.string_value?)))
            .collect();
        pairs.sort_by(|(a, _), (b, _)| (rank(a), a).cmp(&(rank(b), b)));
        let mut take = |wanted: &str| {
            let place = pairs.iter().position(|(name, _)| name == wanted)?;
            Some(pairs.remove(place).1)
        };
        let id = take(MESSAGE_ID)
            .and_then(|id| id.parse().ok())
            .or_else(|| id_in(&body))
            .or_else(|| message_id.parse().ok())
            .unwrap_or_else(|| MessageId::from_uuid(Uuid::nil()));
        let earlier_receives = take(DLQ_RECEIVE_COUNT).and_then(|count| count.parse().ok());
        let system = message.attributes.unwrap_or_default();
        let number = |name: &System| system.get(name).and_then(|text| text.parse::<i64>().ok());
        let receives = number(&System::ApproximateReceiveCount).unwrap_or(1);
        let sent_millis = number(&System::SentTimestamp).unwrap_or(0);
        Some(Self {
            held: Held {
                handle: message.receipt_handle?,
                message_id,
                stamp: 0,
                id,
                body,
                attributes: Arc::new(pairs.into_iter().collect()),
                receive_count: u32::try_from(receives.max(1)).unwrap_or(u32::MAX),
            },
            sent_at: Timestamp::from_micros(sent_millis.saturating_mul(1000)),
            earlier_receives: earlier_receives.unwrap_or(0),
        })
    }
}

fn id_in(body: &str) -> Option<MessageId> {
    #[derive(Deserialize)]
    struct Identified {
        id: MessageId,
    }
    let read: Result<Identified, _> = serde_json::from_str(body);
    read.ok().map(|identified| identified.id)
}

fn rank(name: &str) -> usize {
    let known = KNOWN.iter().position(|known| *known == name);
    known.unwrap_or(KNOWN.len())
}

/// The attributes of a dead letter: its own, those that say why, its id. Where there is no room for all, the least important
/// are left out, which the reason says; a reason that is too long is cut.
pub(super) fn dead_letter(held: &Held, why: &Attributes) -> Attributes {
    let mut all = (*held.attributes).clone();
    for (name, value) in why.iter().filter(|(_, value)| !value.is_empty()) {
        all.set(name.to_owned(), plain(value));
    }
    all.set(MESSAGE_ID, held.id.to_string());
    all.set(DLQ_RECEIVE_COUNT, held.receive_count.to_string());

    let mut names: Vec<String> = all.iter().map(|(name, _)| name.to_owned()).collect();
    names.sort_by(|a, b| (rank(a), a).cmp(&(rank(b), b)));
    let room = LARGEST_MESSAGE.saturating_sub(held.body.len());
    // What the reason can be shortened by: one character stays.
    let spare = all.get(DLQ_REASON).map_or(0, str::len).saturating_sub(4);
    let mut bytes: usize = all.iter().map(|(n, v)| attribute_size(n, v)).sum();
    let mut left_out = Vec::new();
    while names.len() > MOST_ATTRIBUTES || bytes.saturating_sub(spare) > room {
        let Some(name) = names.pop() else { break };
        bytes -= attribute_size(&name, all.get(&name).unwrap_or_default());
        if name != MESSAGE_ID && name != DLQ_RECEIVE_COUNT {
            left_out.push(name);
        }
    }
    if let (false, Some(reason)) = (left_out.is_empty(), all.get(DLQ_REASON)) {
        let note = format!("{reason} (attributes left out: {})", left_out.join(", "));
        bytes += note.len() - reason.len();
        all.set(DLQ_REASON, note);
    }
    let kept = |name: &str| names.iter().any(|kept| kept == name);
    let mut kept: Attributes = all
        .iter()
        .filter(|(name, _)| kept(name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if let Some(reason) = kept.get(DLQ_REASON).filter(|_| bytes > room) {
        let cut = shortened(reason, reason.len().saturating_sub(bytes - room));
        kept.set(DLQ_REASON, cut);
    }
    kept
}

/// At most `length` bytes of `text`, whole characters.
fn shortened(text: &str, length: usize) -> String {
    text[..text.floor_char_boundary(length)].to_owned()
}

/// `text` without characters that SQS does not take.
fn plain(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let allowed = |c: char| is_plain(c.encode_utf8(&mut [0; 4]));
    text.chars()
        .map(|c| if allowed(c) { c } else { '\u{fffd}' })
        .collect()
}

#[cfg(test)]
mod tests;
