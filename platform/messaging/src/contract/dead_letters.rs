//! Rules about messages that nobody could handle.

use std::time::Duration;

use shared_events::topology::MAX_RECEIVE_COUNT;
use shared_events::{Attributes, attributes};

use super::{SERVICE, Subject};
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
    subject.pass(subject.visibility()).await;
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
    subject.pass(subject.visibility()).await;
    subject.nothing_in(DEAD_LETTERS).await;
    subject.nothing_in(SERVICE).await;
}

/// There is nowhere further to go.
pub async fn dead_letters_can_be_received_without_limit(subject: &Subject) {
    subject.put("again and again").await;
    let received = subject.take_one().await;
    give_up(subject, &received).await;
    for _ in 0..2 * MAX_RECEIVE_COUNT {
        let dead = subject.take(DEAD_LETTERS, 1).await.remove(0);
        let back = [(dead.receipt, Duration::ZERO)];
        let changed = subject.bus.change_visibility(DEAD_LETTERS, &back).await;
        assert_eq!(changed.expect("the bus answers"), [Ok(())]);
    }
    subject.take(DEAD_LETTERS, 1).await;
    subject.pass(subject.visibility()).await;
    subject.take(DEAD_LETTERS, 1).await;
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

/// The oldest first, each once; what is seen can still be received.
pub async fn dead_letters_can_be_looked_at_page_by_page(subject: &Subject) {
    let names = ["first", "second", "third", "fourth"];
    for body in names {
        subject.put(body).await;
    }
    for received in subject.take(SERVICE, names.len()).await {
        give_up(subject, &received).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    for expected in [3, 1, 0] {
        let page = subject.bus.peek(DEAD_LETTERS, after, 3).await;
        let page = page.expect("dead letters can be looked at");
        assert_eq!(page.len(), expected);
        after = page.last().map(|message| message.position).or(after);
        for message in page {
            assert_eq!(
                message.attributes.get(attributes::DLQ_REASON),
                Some("no such order")
            );
            assert_eq!(message.receive_count, 1);
            assert_eq!(message.visibility, Visibility::Visible);
            seen.push(message.body.to_string());
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, ["first", "fourth", "second", "third"]);
    subject.take(DEAD_LETTERS, names.len()).await;
}

/// Page by page where the bus can be looked into, and a refusal where a look would be a receive.
pub async fn looking_at_messages_does_not_receive_them(subject: &Subject) {
    for body in ["first", "second", "third"] {
        subject.put(body).await;
    }
    if subject.is_transparent() {
        see_three_in_two_pages(subject).await;
    } else {
        let refused = subject.bus.peek(SERVICE, None, 1).await;
        assert!(
            matches!(refused, Err(BusError::Impossible(_))),
            "{refused:?}"
        );
    }
    let all = subject.take(SERVICE, 3).await;
    assert!(
        all.iter().all(|message| message.receive_count == 1),
        "{all:?}"
    );
}

async fn see_three_in_two_pages(subject: &Subject) {
    let page = subject.bus.peek(SERVICE, None, 1).await;
    let page = page.expect("the bus answers");
    let rest = subject.bus.peek(SERVICE, Some(page[0].position), 10).await;
    let rest = rest.expect("the bus answers");
    let all = page.iter().chain(&rest);
    let seen: Vec<&str> = all.clone().map(|message| &*message.body).collect();
    assert_eq!(seen, ["first", "second", "third"]);
    assert!(
        all.into_iter()
            .all(|it| it.visibility == Visibility::Visible)
    );
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
