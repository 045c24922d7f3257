//! Rules about one queue: visibility, receipts, counts, delay, purge.

use std::time::Duration;

use super::{SERVICE, Subject, bodies, command};
use crate::bus::QueueRef;

/// While somebody has a message in hand nobody else gets it; when the visibility timeout ends, it comes again.
pub async fn a_message_in_hand_is_invisible_until_its_time_is_up(subject: &Subject) {
    subject.put("once more").await;
    let first = subject.take_one().await;
    subject.nothing_in(SERVICE).await;
    subject.pass(subject.visibility()).await;
    let second = subject.take_one().await;
    assert_eq!(first.body, second.body);
}

/// Not even after the visibility timeout.
pub async fn a_deleted_message_never_comes_again(subject: &Subject) {
    subject.put("done").await;
    let received = subject.take_one().await;
    subject.delete(SERVICE, &[received]).await;
    subject.pass(subject.visibility()).await;
    subject.nothing_in(SERVICE).await;
    assert!(
        subject
            .bus
            .depth(SERVICE)
            .await
            .expect("the bus answers")
            .is_empty()
    );
}

/// A visibility of zero gives a message back.
pub async fn a_message_given_back_is_visible_at_once(subject: &Subject) {
    subject.put("back").await;
    let received = subject.take_one().await;
    subject.hide(&received, Duration::ZERO).await;
    assert_eq!(subject.take_one().await.body, received.body);
}

/// A longer visibility, counted from now, keeps a message hidden beyond the time it was received for.
pub async fn a_lease_can_be_renewed(subject: &Subject) {
    subject.put("long work").await;
    let received = subject.take_one().await;
    subject.hide(&received, 2 * subject.visibility()).await;
    subject.pass(subject.visibility()).await;
    subject.nothing_in(SERVICE).await;
    subject.pass(subject.visibility()).await;
    subject.take_one().await;
}

/// The receive count is one the first time and grows by one.
pub async fn every_receive_is_counted(subject: &Subject) {
    subject.put("counted").await;
    for count in 1..=3 {
        let received = subject.take_one().await;
        assert_eq!(received.receive_count, count);
        subject.hide(&received, Duration::ZERO).await;
    }
}

/// After the visibility timeout a receipt still deletes its message, as long as nobody else has received it.
pub async fn a_receipt_is_good_until_the_message_is_received_again(subject: &Subject) {
    subject.put("late but done").await;
    let received = subject.take_one().await;
    subject.pass(subject.visibility()).await;
    subject.delete(SERVICE, &[received]).await;
    subject.nothing_in(SERVICE).await;
}

/// Once a message has been received again, the earlier receipt changes nothing; a bus may or may not report that.
pub async fn a_stale_receipt_does_no_harm(subject: &Subject) {
    subject.put("held by another").await;
    let stale = subject.take_one().await;
    subject.pass(subject.visibility()).await;
    let fresh = subject.take_one().await;
    subject
        .bus
        .delete(SERVICE, std::slice::from_ref(&stale.receipt))
        .await
        .expect("the bus answers");
    subject
        .bus
        .change_visibility(SERVICE, &[(stale.receipt, Duration::ZERO)])
        .await
        .expect("the bus answers");
    subject.nothing_in(SERVICE).await;
    subject.pass(subject.visibility()).await;
    let again = subject.take_one().await;
    assert_eq!(again.body, fresh.body);
    subject.delete(SERVICE, &[again]).await;
}

/// A message published with a delay is invisible until then.
pub async fn a_delayed_message_comes_when_its_time_has_come(subject: &Subject) {
    let delay = Duration::from_secs(3);
    let outcomes = subject.bus.publish_after(delay, &[command("later")]).await;
    assert_eq!(outcomes, [Ok(())]);
    subject.put("now").await;
    assert_eq!(&*subject.take_one().await.body, "now");
    subject.nothing_in(SERVICE).await;
    subject.pass(delay).await;
    assert_eq!(&*subject.take_one().await.body, "later");
}

/// Every message counts in exactly one way.
pub async fn depth_tells_what_is_visible_in_hand_and_delayed(subject: &Subject) {
    subject.publish(&["a", "b", "c", "d"].map(command)).await;
    subject
        .bus
        .publish_after(Duration::from_secs(300), &[command("e")])
        .await;
    let in_hand = subject.take(SERVICE, 3).await;
    let depth = subject.bus.depth(SERVICE).await.expect("the bus answers");
    assert_eq!((depth.visible, depth.in_flight, depth.delayed), (1, 3, 1));
    subject.delete(SERVICE, &in_hand).await;
    let depth = subject.bus.depth(SERVICE).await.expect("the bus answers");
    assert_eq!((depth.visible, depth.in_flight, depth.delayed), (1, 0, 1));
}

/// The age counts from the publish, whether or not the message is in hand. A bus that does not know it says nothing.
pub async fn depth_tells_how_old_the_oldest_message_is(subject: &Subject) {
    let oldest = async || {
        subject
            .bus
            .depth(SERVICE)
            .await
            .expect("the bus answers")
            .oldest
    };
    assert_eq!(oldest().await, None);
    subject.put("old").await;
    if !subject.is_transparent() {
        assert_eq!(oldest().await, None, "what is not known is not told");
        return;
    }
    subject.pass(Duration::from_secs(2)).await;
    subject.put("young").await;
    assert!(oldest().await.expect("there is one") >= Duration::from_secs(2));
    let old = subject
        .take(SERVICE, 2)
        .await
        .into_iter()
        .find(|message| &*message.body == "old");
    assert!(oldest().await.expect("there is one") >= Duration::from_secs(2));
    subject
        .delete(SERVICE, &[old.expect("it was published")])
        .await;
    assert!(oldest().await.expect("there is one") < Duration::from_secs(2));
}

/// Whether visible, in hand or delayed: all is gone, and other queues are untouched.
pub async fn a_purged_queue_is_empty(subject: &Subject) {
    subject.publish(&["a", "b"].map(command)).await;
    subject
        .bus
        .publish_after(Duration::from_secs(2), &[command("c")])
        .await;
    let received = subject.take(SERVICE, 1).await;
    let letter = (
        received[0].receipt.clone(),
        shared_events::Attributes::new(),
    );
    subject
        .bus
        .dead_letter(SERVICE, &[letter])
        .await
        .expect("the bus answers");
    subject.bus.purge(SERVICE).await.expect("the bus answers");
    subject.pass(subject.visibility()).await;
    subject.nothing_in(SERVICE).await;
    let dead = subject
        .bus
        .depth(QueueRef::dead_letters(SERVICE))
        .await
        .expect("the bus answers");
    assert_eq!(dead.total(), 1);
    subject.put("after the purge").await;
    subject.take_one().await;
}

/// Several receivers at once get all messages, each message once.
pub async fn many_consumers_share_a_queue(subject: &Subject) {
    let messages: Vec<_> = (0..100)
        .map(|number| command(&format!("message {number}")))
        .collect();
    subject.publish(&messages).await;
    let consumer = async || {
        let mut all = Vec::new();
        loop {
            let received = subject.receive(SERVICE.into(), 7, subject.patience()).await;
            if received.is_empty() {
                return all;
            }
            subject.delete(SERVICE, &received).await;
            all.extend(received);
        }
    };
    let (a, b, c, d) = tokio::join!(consumer(), consumer(), consumer(), consumer());
    let all = [a, b, c, d].concat();
    assert_eq!(all.len(), messages.len());
    assert_eq!(bodies(&all).len(), messages.len());
}
