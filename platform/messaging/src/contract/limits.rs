//! Rules about what a bus takes.

use std::time::Duration;

use shared_events::{Destination, Topic};

use super::{LONG_VISIBILITY, SERVICE, Subject, bodies, command, message};
use crate::bus::{LARGEST_MESSAGE, MOST_ATTRIBUTES, OutgoingMessage, PublishError};

/// What the attributes of [`command`] and the names of their types count for.
const ATTRIBUTES: usize = 256;

/// More than any backend takes in one request.
pub async fn any_number_of_messages_can_be_published_at_once(subject: &Subject) {
    let messages: Vec<_> = (0..1234)
        .map(|number| command(&number.to_string()))
        .collect();
    subject.publish(&messages).await;
    let received = subject
        .take_for(LONG_VISIBILITY, SERVICE, messages.len())
        .await;
    assert_eq!(bodies(&received).len(), messages.len());
    assert_eq!(subject.bus.publish(&[]).await, []);
}

/// 256 KiB with attributes.
pub async fn the_largest_message_is_taken(subject: &Subject) {
    let body = "x".repeat(LARGEST_MESSAGE - ATTRIBUTES);
    subject.put(&body).await;
    assert_eq!(*subject.take_one().await.body, *body);
}

/// The others of the same call are taken.
pub async fn a_message_that_is_too_large_is_refused_for_good_and_others_are_not(subject: &Subject) {
    let large = command(&"x".repeat(LARGEST_MESSAGE + 1));
    let outcomes = subject
        .bus
        .publish(&[command("before"), large, command("after")])
        .await;
    assert_eq!(
        outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, true]
    );
    assert!(is_refused(&outcomes[1]), "{outcomes:?}");
    let received = subject.take(SERVICE, 2).await;
    assert_eq!(bodies(&received).len(), 2);
    subject.nothing_in(SERVICE).await;
}

/// SNS and SQS do not take it either.
pub async fn an_empty_message_is_refused_for_good(subject: &Subject) {
    refused(subject, Duration::ZERO, command("")).await;
}

/// What SNS would drop on the way to SQS is refused at once.
pub async fn a_message_with_too_many_attributes_is_refused_for_good(subject: &Subject) {
    let mut message = command("adorned");
    message
        .attributes
        .extend((0..=MOST_ATTRIBUTES).map(|number| (format!("attribute_{number}"), "value")));
    refused(subject, Duration::ZERO, message).await;
}

/// Neither in the body nor in an attribute: SQS does not take them.
pub async fn a_message_with_control_characters_is_refused_for_good(subject: &Subject) {
    for wrong in ["\0", "bell \u{7}", "\u{ffff}"] {
        refused(subject, Duration::ZERO, command(wrong)).await;
        let mut message = command("plain");
        message.attributes.set("note", wrong);
        refused(subject, Duration::ZERO, message).await;
    }
}

/// Only queues can hold a message back, and not for ever.
pub async fn a_topic_knows_no_delay(subject: &Subject) {
    let event = message(
        Destination::Topic(Topic::Payment),
        "PaymentCompleted",
        "an event",
    );
    refused(subject, Duration::from_secs(1), event).await;
    refused(subject, Duration::from_secs(3600), command("much later")).await;
}

async fn refused(subject: &Subject, delay: Duration, message: OutgoingMessage) {
    let outcomes = subject.bus.publish_after(delay, &[message]).await;
    assert!(is_refused(&outcomes[0]), "{outcomes:?}");
    subject.nothing_in(SERVICE).await;
}

fn is_refused(outcome: &Result<(), PublishError>) -> bool {
    matches!(outcome, Err(PublishError::Refused(_)))
}
