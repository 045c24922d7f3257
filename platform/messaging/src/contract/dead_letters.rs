//! Rules about messages that nobody could handle.

use std::time::Duration;

use shared_events::topology::MAX_RECEIVE_COUNT;
use shared_events::{Attributes, attributes};

use super::{SERVICE, Subject, VISIBILITY};
use crate::bus::{BusError, OutgoingMessage, QueueRef, Received, Visibility};

const DEAD_LETTERS: QueueRef = QueueRef::dead_letters(SERVICE);

/// After five receives it is not handed out a sixth time but moved, as it was published.
pub async fn a_message_received_too_often_becomes_a_dead_letter(subject: &Subject) {
    let sent = subject.put("poison").await;
    for _ in 0..MAX_RECEIVE_COUNT {
        let received = subject.take_one().await;
        subject.hide(&received, Duration::ZERO).await;
    }
    subject.nothing_in(SERVICE).await;
    let dead = subject.take(DEAD_LETTERS, 1).await.remove(0);
    is_the_same(&dead, &sent);
    assert!(
        subject
            .bus
            .depth(SERVICE)
            .await
            .expect("the bus answers")
            .is_empty()
    );
}

/// It goes there at once, with its attributes and those that say why.
pub async fn a_message_given_up_becomes_a_dead_letter_that_says_why(subject: &Subject) {
    let sent = subject.put("hopeless").await;
    let received = subject.take_one().await;
    give_up(subject, &received).await;
    assert!(
        subject
            .bus
            .depth(SERVICE)
            .await
            .expect("the bus answers")
            .is_empty()
    );
    let dead = subject.take(DEAD_LETTERS, 1).await.remove(0);
    is_the_same(&dead, &sent);
    assert_eq!(
        dead.attributes.get(attributes::DLQ_REASON),
        Some("no such order")
    );
    assert_eq!(
        dead.attributes.get(attributes::DLQ_ERROR_CLASS),
        Some("permanent")
    );
    let again = subject
        .bus
        .delete(SERVICE, &[received.receipt])
        .await
        .expect("the bus answers");
    assert_eq!(again.len(), 1, "whatever it says, it changes nothing");
    assert_eq!(
        subject
            .bus
            .depth(DEAD_LETTERS)
            .await
            .expect("the bus answers")
            .total(),
        1
    );
}

/// Who has lost a message to another cannot give it up.
pub async fn giving_up_with_a_stale_receipt_moves_nothing(subject: &Subject) {
    subject.put("in better hands").await;
    let stale = subject.take_one().await;
    subject.pass(VISIBILITY).await;
    let fresh = subject.take_one().await;
    let letter = (stale.receipt, Attributes::new());
    let settled = subject
        .bus
        .dead_letter(SERVICE, &[letter])
        .await
        .expect("the bus answers");
    assert!(settled[0].is_err());
    subject.delete(SERVICE, &[fresh]).await;
    subject.nothing_in(DEAD_LETTERS).await;
}

/// Dead letters are messages of a queue like any other.
pub async fn a_dead_letter_can_be_received_and_deleted(subject: &Subject) {
    subject.put("seen to").await;
    let received = subject.take_one().await;
    give_up(subject, &received).await;
    let dead = subject.take(DEAD_LETTERS, 1).await;
    subject.nothing_in(DEAD_LETTERS).await;
    subject.delete(DEAD_LETTERS, &dead).await;
    subject.pass(VISIBILITY).await;
    subject.nothing_in(DEAD_LETTERS).await;
    subject.nothing_in(SERVICE).await;
}

/// There is nowhere further to go.
pub async fn dead_letters_can_be_received_without_limit(subject: &Subject) {
    subject.put("again and again").await;
    let received = subject.take_one().await;
    give_up(subject, &received).await;
    for _ in 0..2 * MAX_RECEIVE_COUNT {
        subject.take(DEAD_LETTERS, 1).await;
        subject.pass(VISIBILITY).await;
    }
}

/// Nor can anybody send them there.
pub async fn dead_letters_cannot_be_given_up_again(subject: &Subject) {
    subject.put("rests in peace").await;
    let received = subject.take_one().await;
    give_up(subject, &received).await;
    let dead = subject.take(DEAD_LETTERS, 1).await.remove(0);
    let refused = subject
        .bus
        .dead_letter(DEAD_LETTERS, &[(dead.receipt, Attributes::new())])
        .await;
    assert!(
        matches!(refused, Err(BusError::NoDeadLetters(_))),
        "{refused:?}"
    );
}

/// Page by page, in either kind of queue; what is seen can still be received.
pub async fn looking_at_messages_does_not_receive_them(subject: &Subject) {
    for body in ["first", "second", "third"] {
        subject.put(body).await;
    }
    let received = subject.take_one().await;
    give_up(subject, &received).await;
    let page = subject
        .bus
        .peek(SERVICE, None, 1)
        .await
        .expect("the bus answers");
    let rest = subject
        .bus
        .peek(SERVICE, Some(page[0].position), 10)
        .await
        .expect("the bus answers");
    let mut seen: Vec<&str> = page
        .iter()
        .chain(&rest)
        .map(|message| &*message.body)
        .collect();
    seen.push(&received.body);
    seen.sort_unstable();
    assert_eq!(seen, ["first", "second", "third"]);
    assert!(
        page.iter()
            .chain(&rest)
            .all(|message| message.visibility == Visibility::Visible)
    );
    let dead = subject
        .bus
        .peek(DEAD_LETTERS, None, 10)
        .await
        .expect("the bus answers");
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].body, received.body);
    assert_eq!(
        dead[0].attributes.get(attributes::DLQ_REASON),
        Some("no such order")
    );
    let both = subject.take(SERVICE, 2).await;
    assert!(
        both.iter().all(|message| message.receive_count == 1),
        "{both:?}"
    );
    subject.take(DEAD_LETTERS, 1).await;
}

async fn give_up(subject: &Subject, received: &Received) {
    let why = Attributes::new()
        .with(attributes::DLQ_ERROR_CLASS, "permanent")
        .with(attributes::DLQ_REASON, "no such order");
    let settled = subject
        .bus
        .dead_letter(SERVICE, &[(received.receipt.clone(), why)])
        .await;
    assert_eq!(settled.expect("the bus answers"), [Ok(())]);
}

/// A dead letter is the message that was sent, attributes may have been added.
fn is_the_same(dead: &Received, sent: &OutgoingMessage) {
    assert_eq!(dead.body, sent.body);
    for (name, value) in sent.attributes.iter() {
        assert_eq!(dead.attributes.get(name), Some(value));
    }
}
