//! What SNS and SQS take, checked before a message is handed over, and the same on every bus: what the embedded broker
//! takes today must not be refused in the cloud tomorrow.

use std::time::Duration;

use shared_events::Destination;

use super::{LARGEST_MESSAGE, LONGEST_DELAY, MOST_ATTRIBUTES, OutgoingMessage, PublishError};

/// What is counted for an attribute besides its name and value: the name of its type, `String`.
const TYPE_NAME: usize = 6;

/// What an attribute counts for, in bytes.
pub(crate) const fn attribute_size(name: &str, value: &str) -> usize {
    name.len() + TYPE_NAME + value.len()
}

/// What a message counts for, in bytes.
pub(crate) fn size(message: &OutgoingMessage) -> usize {
    let attributes: usize = message
        .attributes
        .iter()
        .map(|(name, value)| attribute_size(name, value))
        .sum();
    message.body.len() + attributes
}

/// Whether `text` has only characters that SQS takes: those of XML 1.0.
pub(crate) fn is_plain(text: &str) -> bool {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    !text.bytes().any(control) && !text.contains('\u{fffe}') && !text.contains('\u{ffff}')
}

/// The limits of SNS and SQS.
pub(crate) fn check(message: &OutgoingMessage, delay: Duration) -> Result<(), PublishError> {
    let refused = |why: String| Err(PublishError::Refused(why));
    let size = size(message);
    if message.body.is_empty() {
        return refused("the body is empty".to_owned());
    }
    if size > LARGEST_MESSAGE {
        return refused(format!(
            "{size} bytes with attributes, {LARGEST_MESSAGE} are allowed"
        ));
    }
    if message.attributes.len() > MOST_ATTRIBUTES {
        return refused(format!(
            "{} attributes, {MOST_ATTRIBUTES} are allowed",
            message.attributes.len()
        ));
    }
    let mut attributes = message.attributes.iter();
    if attributes.any(|(name, value)| name.is_empty() || value.is_empty()) {
        return refused("an attribute is empty".to_owned());
    }
    let mut attributes = message.attributes.iter();
    if !is_plain(&message.body) || attributes.any(|(_, value)| !is_plain(value)) {
        return refused("it has a control character that SQS does not take".to_owned());
    }
    match message.destination {
        Destination::Topic(_) if !delay.is_zero() => refused("a topic knows no delay".to_owned()),
        Destination::Queue(_) if delay > LONGEST_DELAY => refused(format!(
            "a delay of {delay:?}, {LONGEST_DELAY:?} are allowed"
        )),
        Destination::Topic(_) | Destination::Queue(_) => Ok(()),
    }
}
