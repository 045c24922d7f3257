//! Publishing: check, put into requests by destination, send several at the same time, and answer for every message.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use aws_sdk_sns::types as sns;
use aws_sdk_sqs::types as sqs;
use futures::{StreamExt, stream};
use shared_events::{Destination, Topic};

use super::batches::in_batches;
use super::failure::{Failure, Kind};
use super::wire::{outgoing, wire_size};
use super::{PARALLEL, SqsBus};
use crate::bus::limits::check;
use crate::bus::{OutgoingMessage, PublishError, QueueRef};

type Outcome = Result<(), PublishError>;

/// What an answer says of a batch: the entries that were taken, and those that failed.
struct Answer {
    taken: Vec<String>,
    failed: Vec<(String, Failure)>,
}

impl SqsBus {
    /// Publishes all; in tests that ask for it some late, after those behind them, and some twice.
    pub(super) async fn publish_all(
        &self,
        delay: Duration,
        messages: &[OutgoingMessage],
    ) -> Vec<Outcome> {
        let Some(dice) = &self.inner.dice else {
            return self.publish_as_given(delay, messages).await;
        };
        let (late, again): (Vec<_>, Vec<_>) = {
            let mut dice = dice.lock().unwrap_or_else(PoisonError::into_inner);
            messages.iter().map(|_| (dice.late(), dice.again())).unzip()
        };
        let (mut order, behind): (Vec<usize>, Vec<usize>) =
            (0..messages.len()).partition(|place| late[*place].is_none());
        let in_time = order.len();
        order.extend(behind);
        let sorted: Vec<OutgoingMessage> =
            order.iter().map(|place| messages[*place].clone()).collect();
        let mut sent = self.publish_as_given(delay, &sorted[..in_time]).await;
        let repeated: Vec<OutgoingMessage> = messages
            .iter()
            .zip(&again)
            .filter(|(_, again)| again.is_some())
            .map(|(message, _)| message.clone())
            .collect();
        if let Some(pause) = late.iter().chain(&again).flatten().max() {
            tokio::time::sleep(*pause).await;
        }
        sent.extend(self.publish_as_given(delay, &sorted[in_time..]).await);
        // What becomes of a second time is nobody's concern.
        self.publish_as_given(delay, &repeated).await;
        let mut outcomes: Vec<(usize, Outcome)> = order.into_iter().zip(sent).collect();
        outcomes.sort_unstable_by_key(|(place, _)| *place);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }

    async fn publish_as_given(
        &self,
        delay: Duration,
        messages: &[OutgoingMessage],
    ) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = messages
            .iter()
            .map(|message| {
                self.check_open()
                    .map_err(|error| PublishError::Retry(error.to_string()))?;
                check(message, delay)
            })
            .collect();
        let mut by_destination: BTreeMap<Destination, Vec<(usize, usize)>> = BTreeMap::new();
        for (place, message) in messages.iter().enumerate() {
            if outcomes[place].is_ok() {
                let entries = by_destination.entry(message.destination).or_default();
                entries.push((place, wire_size(message)));
            }
        }
        let batches = by_destination.into_iter().flat_map(|(destination, sized)| {
            in_batches(sized)
                .into_iter()
                .map(move |places| (destination, places))
        });
        let mut sent = stream::iter(batches)
            .map(async |(destination, places)| {
                let entries: Vec<_> = places.iter().map(|place| &messages[*place]).collect();
                let outcomes = self.send(destination, delay, &entries).await;
                (places, outcomes)
            })
            .buffer_unordered(PARALLEL);
        while let Some((places, answers)) = sent.next().await {
            for (place, outcome) in places.into_iter().zip(answers) {
                outcomes[place] = outcome;
            }
        }
        outcomes
    }

    /// Sends one batch. If it is not taken as a whole because of what is in it, nobody says which entry is to blame: then
    /// each is sent alone.
    async fn send(
        &self,
        destination: Destination,
        delay: Duration,
        entries: &[&OutgoingMessage],
    ) -> Vec<Outcome> {
        let failure = match self.request(destination, delay, entries).await {
            Ok(answer) => return outcomes(&answer, entries.len()),
            Err(failure) => failure,
        };
        if failure.kind() != Kind::Message || entries.len() == 1 {
            return vec![Err(failure.of_publish(entries.len() == 1)); entries.len()];
        }
        let mut each = Vec::with_capacity(entries.len());
        for entry in entries {
            let alone = self.request(destination, delay, &[entry]).await;
            each.push(match alone {
                Ok(answer) => outcomes(&answer, 1).remove(0),
                Err(failure) => Err(failure.of_publish(true)),
            });
        }
        each
    }

    async fn request(
        &self,
        destination: Destination,
        delay: Duration,
        entries: &[&OutgoingMessage],
    ) -> Result<Answer, Failure> {
        match destination {
            Destination::Topic(topic) => self.to_topic(topic, entries).await,
            Destination::Queue(service) => {
                self.to_queue(QueueRef::main(service), delay, entries).await
            }
        }
    }

    async fn to_topic(
        &self,
        topic: Topic,
        entries: &[&OutgoingMessage],
    ) -> Result<Answer, Failure> {
        let arn = self.inner.directory.topic_arn(topic);
        let mut request = self.inner.clients.sns.publish_batch().topic_arn(arn);
        for (number, message) in entries.iter().enumerate() {
            let mut entry = sns::PublishBatchRequestEntry::builder()
                .id(number.to_string())
                .message(&*message.body);
            for (name, value) in outgoing(message) {
                let value = sns::MessageAttributeValue::builder()
                    .data_type("String")
                    .string_value(value)
                    .build()
                    .expect("it has a type");
                entry = entry.message_attributes(name, value);
            }
            let entry = entry.build().expect("it has an id and a body");
            request = request.publish_batch_request_entries(entry);
        }
        let answer = request.send().await.map_err(|error| Failure::of(&error))?;
        let taken = answer.successful.unwrap_or_default();
        let failed = answer.failed.unwrap_or_default();
        Ok(Answer {
            taken: taken.into_iter().filter_map(|entry| entry.id).collect(),
            failed: failed
                .into_iter()
                .map(|entry| {
                    let failure =
                        Failure::entry(&entry.code, entry.message.as_deref(), entry.sender_fault);
                    (entry.id, failure)
                })
                .collect(),
        })
    }

    async fn to_queue(
        &self,
        queue: QueueRef,
        delay: Duration,
        entries: &[&OutgoingMessage],
    ) -> Result<Answer, Failure> {
        let entries = entries.iter().enumerate().map(|(number, message)| {
            let mut entry = sqs::SendMessageBatchRequestEntry::builder()
                .id(number.to_string())
                .message_body(&*message.body);
            if !delay.is_zero() {
                entry = entry.delay_seconds(seconds(delay));
            }
            for (name, value) in outgoing(message) {
                entry = entry.message_attributes(name, text(value));
            }
            entry.build().expect("it has an id and a body")
        });
        let entries = entries.collect();
        self.send_to(queue, entries).await
    }

    /// Sends entries to a queue, of either kind; their ids are their numbers.
    async fn send_to(
        &self,
        queue: QueueRef,
        entries: Vec<sqs::SendMessageBatchRequestEntry>,
    ) -> Result<Answer, Failure> {
        let url = self.url(queue).await.map_err(Failure::unasked)?;
        let request = self.inner.clients.sqs.send_message_batch().queue_url(url);
        let request = request.set_entries(Some(entries));
        let answer = request.send().await.map_err(|error| Failure::of(&error))?;
        let failed = answer.failed.into_iter().map(|entry| {
            let failure = Failure::entry(&entry.code, entry.message.as_deref(), entry.sender_fault);
            (entry.id, failure)
        });
        Ok(Answer {
            taken: answer.successful.into_iter().map(|it| it.id).collect(),
            failed: failed.collect(),
        })
    }

    /// Sends ready-made entries to a queue; one outcome for each.
    pub(super) async fn send_entries(
        &self,
        queue: QueueRef,
        entries: Vec<sqs::SendMessageBatchRequestEntry>,
    ) -> Vec<Outcome> {
        let count = entries.len();
        match self.send_to(queue, entries).await {
            Ok(answer) => outcomes(&answer, count),
            Err(failure) => vec![Err(failure.of_publish(count == 1)); count],
        }
    }
}

/// What became of entries numbered from zero. What the answer does not mention is not known to be there.
fn outcomes(answer: &Answer, count: usize) -> Vec<Outcome> {
    let mut outcomes = vec![Err(Failure::unanswered().of_publish(false)); count];
    let place = |id: &str| id.parse::<usize>().ok().filter(|number| *number < count);
    for number in answer.taken.iter().filter_map(|id| place(id)) {
        outcomes[number] = Ok(());
    }
    for (id, failure) in &answer.failed {
        if let Some(number) = place(id) {
            outcomes[number] = Err(failure.of_publish(true));
        }
    }
    outcomes
}

/// A text as SQS wants it.
pub(super) fn text(value: impl Into<String>) -> sqs::MessageAttributeValue {
    sqs::MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
        .expect("it has a type")
}

/// Whole seconds, the grain of SQS: never less than what was asked.
pub(super) fn seconds(time: Duration) -> i32 {
    let whole = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    i32::try_from(whole).unwrap_or(i32::MAX)
}
