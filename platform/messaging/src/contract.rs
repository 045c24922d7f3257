//! What every bus must keep, as tests: run on the embedded broker here, and on any other with [`bus_contract!`](crate::bus_contract).
//!
//! Each function is one rule and wants a bus whose queues are empty. Durations are whole seconds, the grain of SQS; time is
//! passed by [`Subject::pass`], which moves a manual clock and really waits with the system's.

mod dead_letters;
mod limits;
mod queues;
mod topics;
mod waiting;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use revcart_runtime::Clock;
use shared_events::{Attributes, Destination, MessageId, Service, attributes};

pub use dead_letters::*;
pub use limits::*;
pub use queues::*;
pub use topics::*;
pub use waiting::*;

use crate::bus::{Bus, OutgoingMessage, PublishError, QueueRef, Receipt, ReceiveOptions, Received};

/// How long messages stay invisible in these tests, by a clock that is moved by hand.
const VISIBILITY: Duration = Duration::from_secs(20);
/// The same where it is really waited for: long enough for what a rule does meanwhile.
const REAL_VISIBILITY: Duration = Duration::from_secs(6);
/// How long messages stay invisible where a rule takes its time and does not wait for them to come again.
const LONG_VISIBILITY: Duration = Duration::from_secs(300);
/// How long a real bus may take to deliver.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much longer than promised a real bus may hide a message.
const SLACK: Duration = Duration::from_secs(1);
/// The queue that the rules about queues use.
const SERVICE: Service = Service::Payment;

/// A bus to be tested, fresh and empty.
pub struct Subject {
    /// The bus.
    pub bus: Bus,
    /// The clock it goes by.
    pub clock: Clock,
    clean_up: Option<BoxFuture<'static, ()>>,
}

impl Subject {
    /// A bus that leaves nothing behind.
    pub fn new(bus: impl Into<Bus>, clock: Clock) -> Self {
        Self {
            bus: bus.into(),
            clock,
            clean_up: None,
        }
    }

    /// The same of a bus that does: `clean_up` runs after the rule, kept or broken.
    #[must_use]
    pub fn cleaned_up_by(mut self, clean_up: impl Future<Output = ()> + Send + 'static) -> Self {
        self.clean_up = Some(clean_up.boxed());
        self
    }

    /// Has a rule checked, then closes the bus and cleans up.
    ///
    /// # Panics
    /// If the rule is broken.
    pub async fn keeps(mut self, rule: impl AsyncFnOnce(&Self)) {
        let outcome = AssertUnwindSafe(rule(&self)).catch_unwind().await;
        self.bus.close().await;
        if let Some(clean_up) = self.clean_up.take() {
            clean_up.await;
        }
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    }

    /// How long messages that are received stay invisible.
    fn visibility(&self) -> Duration {
        if self.clock.is_manual() {
            VISIBILITY
        } else {
            REAL_VISIBILITY
        }
    }

    /// Whether a queue can be looked into, and tells how old what is in it is. SQS cannot and does not.
    fn is_transparent(&self) -> bool {
        match self.bus {
            Bus::Embedded(_) => true,
            Bus::Sqs(_) => false,
        }
    }

    /// Lets time pass.
    pub async fn pass(&self, time: Duration) {
        if self.clock.is_manual() {
            self.clock.advance(time);
        } else {
            self.clock.sleep(time + SLACK).await;
        }
    }

    /// Publishes `messages`, all of which must be taken.
    async fn publish(&self, messages: &[OutgoingMessage]) {
        let outcomes = self.bus.publish(messages).await;
        assert_eq!(outcomes, vec![Ok::<(), PublishError>(()); messages.len()]);
    }

    /// Publishes one message to the queue that these rules use; its body is `body`.
    async fn put(&self, body: &str) -> OutgoingMessage {
        let message = command(body);
        self.publish(std::slice::from_ref(&message)).await;
        message
    }

    /// Receives exactly `count` messages, as soon as they are there.
    async fn take(&self, queue: impl Into<QueueRef>, count: usize) -> Vec<Received> {
        self.take_for(self.visibility(), queue, count).await
    }

    /// The same, for so long.
    async fn take_for(
        &self,
        visibility: Duration,
        queue: impl Into<QueueRef>,
        count: usize,
    ) -> Vec<Received> {
        let queue = queue.into();
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            let options = ReceiveOptions {
                max: count - taken.len(),
                wait: self.patience(),
                visibility,
            };
            let more = self.bus.receive(queue, options).await;
            let more = more.expect("the bus answers");
            assert!(
                !more.is_empty(),
                "{} of {count} messages came from {queue}",
                taken.len()
            );
            taken.extend(more);
        }
        taken
    }

    /// Receives the one message that should be there.
    async fn take_one(&self) -> Received {
        self.take(SERVICE, 1).await.remove(0)
    }

    /// Makes sure that nothing can be received.
    async fn nothing_in(&self, queue: impl Into<QueueRef>) {
        let wait = if self.clock.is_manual() {
            Duration::ZERO
        } else {
            SLACK
        };
        let queue = queue.into();
        let received = self.receive(queue, 10, wait).await;
        assert!(received.is_empty(), "{queue} holds {received:?}");
    }

    async fn receive(&self, queue: QueueRef, max: usize, wait: Duration) -> Vec<Received> {
        let options = ReceiveOptions {
            max,
            wait,
            visibility: self.visibility(),
        };
        self.bus
            .receive(queue, options)
            .await
            .expect("the bus answers")
    }

    /// Deletes messages in hand.
    async fn delete(&self, queue: impl Into<QueueRef>, received: &[Received]) {
        let receipts: Vec<Receipt> = received
            .iter()
            .map(|message| message.receipt.clone())
            .collect();
        let settled = self
            .bus
            .delete(queue, &receipts)
            .await
            .expect("the bus answers");
        assert!(settled.iter().all(Result::is_ok), "{settled:?}");
    }

    /// Makes one message in hand visible after `time`.
    async fn hide(&self, message: &Received, time: Duration) {
        let changed = self
            .bus
            .change_visibility(SERVICE, &[(message.receipt.clone(), time)])
            .await;
        assert_eq!(changed.expect("the bus answers"), [Ok(())]);
    }

    /// A manual clock stands while we wait, so then there is no waiting.
    fn patience(&self) -> Duration {
        if self.clock.is_manual() {
            Duration::ZERO
        } else {
            PATIENCE
        }
    }
}

/// A message for the queue that these rules use.
fn command(body: &str) -> OutgoingMessage {
    message(Destination::Queue(SERVICE), "RequestPayment", body)
}

fn message(destination: Destination, event_type: &'static str, body: &str) -> OutgoingMessage {
    OutgoingMessage {
        id: MessageId::new(),
        destination,
        body: body.into(),
        attributes: Attributes::new()
            .with(attributes::EVENT_TYPE, event_type)
            .with(attributes::EVENT_VERSION, "1")
            .with(attributes::CORRELATION_ID, "contract"),
    }
}

/// The bodies, without order and repetition.
fn bodies(received: &[Received]) -> BTreeSet<Arc<str>> {
    received
        .iter()
        .map(|message| Arc::clone(&message.body))
        .collect()
}

/// Makes a test of every rule. `$subject` names an async function that opens a fresh bus: `async fn() -> Subject`.
#[macro_export]
macro_rules! bus_contract {
    ($subject:path) => {
        $crate::bus_contract! { $subject:
            a_command_reaches_only_its_queue
            an_event_reaches_exactly_the_queues_that_asked_for_its_type
            an_event_of_an_unknown_type_reaches_only_who_asked_for_all
            a_message_arrives_as_it_was_published

            a_message_in_hand_is_invisible_until_its_time_is_up
            a_deleted_message_never_comes_again
            a_message_given_back_is_visible_at_once
            a_lease_can_be_renewed
            every_receive_is_counted
            a_receipt_is_good_until_the_message_is_received_again
            a_stale_receipt_does_no_harm
            a_delayed_message_comes_when_its_time_has_come
            depth_tells_what_is_visible_in_hand_and_delayed
            depth_tells_how_old_the_oldest_message_is
            a_purged_queue_is_empty
            many_consumers_share_a_queue

            a_waiting_receiver_is_woken_by_an_arrival
            a_waiting_receiver_is_woken_by_a_message_given_back
            every_waiting_receiver_gets_one_of_many_messages
            a_receiver_that_waits_in_vain_gets_nothing
            a_waiting_receiver_sees_a_message_whose_visibility_ends

            any_number_of_messages_can_be_published_at_once
            the_largest_message_is_taken
            a_message_that_is_too_large_is_refused_for_good_and_others_are_not
            an_empty_message_is_refused_for_good
            a_message_with_too_many_attributes_is_refused_for_good
            a_message_with_control_characters_is_refused_for_good
            a_topic_knows_no_delay

            a_message_received_too_often_becomes_a_dead_letter
            a_message_given_up_becomes_a_dead_letter_that_says_why
            giving_up_with_a_stale_receipt_moves_nothing
            a_dead_letter_can_be_received_and_deleted
            dead_letters_can_be_received_without_limit
            dead_letters_cannot_be_given_up_again
            dead_letters_can_be_looked_at_page_by_page
            looking_at_messages_does_not_receive_them
        }
    };
    ($subject:path: $($rule:ident)*) => {$(
        #[tokio::test]
        async fn $rule() {
            let subject: $crate::contract::Subject = $subject().await;
            subject.keeps($crate::contract::$rule).await;
        }
    )*};
}
