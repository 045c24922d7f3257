//! Rules about long polling.

use std::time::Duration;

use super::{SERVICE, Subject, bodies, command};

/// Longer than anything here should take.
const LONG: Duration = Duration::from_secs(15);

/// A receiver that waits gets what arrives, at once.
pub async fn a_waiting_receiver_is_woken_by_an_arrival(subject: &Subject) {
    let (received, _) = tokio::join!(
        subject.receive(SERVICE.into(), 10, LONG),
        subject.put("here")
    );
    assert_eq!(received.len(), 1);
}

/// The same for a message that somebody else gives back.
pub async fn a_waiting_receiver_is_woken_by_a_message_given_back(subject: &Subject) {
    subject.put("there and back").await;
    let in_hand = subject.take_one().await;
    let (received, ()) = tokio::join!(
        subject.receive(SERVICE.into(), 10, LONG),
        subject.hide(&in_hand, Duration::ZERO)
    );
    assert_eq!(received.len(), 1);
}

/// One arrival of many messages wakes as many receivers as there are messages for.
pub async fn every_waiting_receiver_gets_one_of_many_messages(subject: &Subject) {
    let messages = ["a", "b", "c"].map(command);
    let receive = || subject.receive(SERVICE.into(), 1, LONG);
    let (a, b, c, ()) = tokio::join!(receive(), receive(), receive(), subject.publish(&messages));
    assert_eq!(bodies(&[a, b, c].concat()).len(), 3);
}

/// When the time is up, a receiver gets nothing, which is no error.
pub async fn a_receiver_that_waits_in_vain_gets_nothing(subject: &Subject) {
    let wait = Duration::from_secs(1);
    let (received, ()) = tokio::join!(
        subject.receive(SERVICE.into(), 10, wait),
        subject.pass(wait)
    );
    assert!(received.is_empty());
}

/// A receiver that waits sees a message as soon as its visibility timeout ends.
pub async fn a_waiting_receiver_sees_a_message_whose_visibility_ends(subject: &Subject) {
    subject.put("again").await;
    let first = subject.take_one().await;
    subject.hide(&first, Duration::from_secs(2)).await;
    let (received, ()) = tokio::join!(
        subject.receive(SERVICE.into(), 10, LONG),
        subject.pass(Duration::from_secs(2))
    );
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].receive_count, 2);
}
