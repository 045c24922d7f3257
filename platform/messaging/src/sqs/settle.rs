//! What becomes of messages in hand: deleted, hidden for longer or given back, set aside.
//!
//! Ten a request, several requests at the same time; entries that fail for no fault of the receipt are tried again. Callers
//! are not gathered: the consumer settles a whole receive in one call, so there is nothing to gain.

use std::time::Duration;

use aws_sdk_sqs::types as sqs;
use futures::{StreamExt, stream};
use shared_events::Attributes;

use super::batches::{MOST_ENTRIES, in_batches};
use super::failure::{Failure, Kind};
use super::publish::{seconds, text};
use super::receipts::Held;
use super::receive::LONGEST_VISIBILITY;
use super::wire;
use super::{PARALLEL, SqsBus};
use crate::bus::limits::attribute_size;
use crate::bus::{BusError, PublishError, QueueKind, QueueRef, Receipt, Settled, StaleReceipt};

/// Tries of an entry that its batch's answer calls failed.
const ATTEMPTS: u32 = 4;
/// The pause after the first of them, doubled with each.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// How long a message that is being moved to the dead letters stays hidden.
const MOVE: Duration = Duration::from_secs(60);

/// What to do with a message in hand.
#[derive(Clone, Copy)]
enum Change {
    Delete,
    Hide(Duration),
}

type Changes<'a> = Vec<(Option<&'a Held>, Change)>;

impl SqsBus {
    pub(super) async fn delete_held(
        &self,
        queue: QueueRef,
        receipts: &[Receipt],
    ) -> Result<Settled, BusError> {
        let changes = receipts
            .iter()
            .map(|receipt| (receipt.sqs(), Change::Delete));
        self.settle(queue, changes.collect()).await
    }

    pub(super) async fn hide_held(
        &self,
        queue: QueueRef,
        changes: &[(Receipt, Duration)],
    ) -> Result<Settled, BusError> {
        let changes = changes.iter().map(|(receipt, time)| {
            let time = (*time).min(LONGEST_VISIBILITY);
            (receipt.sqs(), Change::Hide(time))
        });
        self.settle(queue, changes.collect()).await
    }

    /// Hides the messages for the time of the move, which finds receipts that are not good any more; sends copies to the
    /// dead letters; deletes the originals. A message whose move breaks off is in both queues, never in none.
    pub(super) async fn give_up_held(
        &self,
        queue: QueueRef,
        letters: &[(Receipt, Attributes)],
    ) -> Result<Settled, BusError> {
        self.check_open()?;
        if queue.kind == QueueKind::DeadLetter {
            return Err(BusError::NoDeadLetters(queue.to_string()));
        }
        let hidden = letters
            .iter()
            .map(|(receipt, _)| (receipt.sqs(), Change::Hide(MOVE)));
        let mut settled = self.settle(queue, hidden.collect()).await?;
        let moving: Vec<(usize, &Held, &Attributes)> = letters
            .iter()
            .enumerate()
            .filter(|(place, _)| settled[*place].is_ok())
            .filter_map(|(place, (receipt, why))| Some((place, receipt.sqs()?, why)))
            .collect();
        let (moved, refusal) = self.set_aside(queue.service.into(), &moving).await;
        let gone = moved.iter().map(|(_, held)| (Some(*held), Change::Delete));
        let deleted = self.settle(queue, gone.collect()).await?;
        for ((place, _), outcome) in moved.into_iter().zip(deleted) {
            settled[place] = outcome;
        }
        match refusal {
            Some(error) => Err(BusError::Unavailable(format!(
                "cannot send to {}: {error}",
                QueueRef::dead_letters(queue.service)
            ))),
            None => Ok(settled),
        }
    }

    /// Sends copies to the dead letters; those that are there, and what was said of one that is not.
    async fn set_aside<'a>(
        &self,
        queue: QueueRef,
        moving: &[(usize, &'a Held, &Attributes)],
    ) -> (Vec<(usize, &'a Held)>, Option<PublishError>) {
        let dead_letters = QueueRef::dead_letters(queue.service);
        let letters: Vec<Attributes> = moving
            .iter()
            .map(|(_, held, why)| wire::dead_letter(held, why))
            .collect();
        let sized = moving.iter().zip(&letters).map(|((_, held, _), letter)| {
            let attributes = letter
                .iter()
                .map(|(name, value)| attribute_size(name, value));
            held.body.len() + attributes.sum::<usize>()
        });
        let mut sent = stream::iter(in_batches(sized.enumerate()))
            .map(async |batch| {
                let entries = batch
                    .iter()
                    .enumerate()
                    .map(|(number, place)| entry(number, moving[*place].1, &letters[*place]));
                let outcomes = self.send_entries(dead_letters, entries.collect()).await;
                (batch, outcomes)
            })
            .buffer_unordered(PARALLEL);
        let mut moved = Vec::with_capacity(moving.len());
        let mut refusal = None;
        while let Some((batch, outcomes)) = sent.next().await {
            for (at, outcome) in batch.into_iter().zip(outcomes) {
                match outcome {
                    Ok(()) => moved.push((moving[at].0, moving[at].1)),
                    Err(error) => refusal = Some(error),
                }
            }
        }
        (moved, refusal)
    }

    /// Makes all the changes, and answers for each in its place.
    async fn settle(&self, queue: QueueRef, changes: Changes<'_>) -> Result<Settled, BusError> {
        self.check_open()?;
        let mut settled: Settled = vec![Err(StaleReceipt); changes.len()];
        let good = |held: &&Held| !self.inner.ledgers.is_stale(queue, held);
        let mut pending: Vec<(usize, &Held, Change)> = changes
            .iter()
            .enumerate()
            .filter_map(|(place, (held, change))| Some((place, held.filter(good)?, *change)))
            .collect();
        let (mut attempt, mut pause) = (1, FIRST_PAUSE);
        while !pending.is_empty() {
            let mut failure = None;
            let requests: Vec<_> = pending
                .chunks(MOST_ENTRIES)
                .map(|chunk| self.change(queue, chunk))
                .collect();
            let answers = stream::iter(requests).buffered(PARALLEL).concat().await;
            let mut again = Vec::new();
            for ((place, held, change), failed) in pending.into_iter().zip(answers) {
                match failed.as_ref().map(Failure::kind) {
                    None => {
                        settled[place] = Ok(());
                        if matches!(change, Change::Delete) {
                            self.inner.ledgers.settled(queue, held);
                        }
                    }
                    // SQS calls a receipt that is not good any more an invalid value of its parameter.
                    Some(Kind::Receipt | Kind::Message) => {}
                    Some(
                        Kind::Unreachable
                        | Kind::Throttled
                        | Kind::Credentials
                        | Kind::Denied
                        | Kind::Missing
                        | Kind::Other,
                    ) => {
                        failure = failed;
                        again.push((place, held, change));
                    }
                }
            }
            pending = again;
            if let Some(failure) = failure {
                if attempt == ATTEMPTS || !may_pass(&failure) {
                    return Err(failure.of_request(&format!("cannot settle messages of {queue}")));
                }
                tokio::time::sleep(pause).await;
                (attempt, pause) = (attempt + 1, pause * 2);
            }
        }
        Ok(settled)
    }

    /// One request for at most ten messages; what failed, in their order.
    async fn change(
        &self,
        queue: QueueRef,
        chunk: &[(usize, &Held, Change)],
    ) -> Vec<Option<Failure>> {
        let deletions = chunk
            .iter()
            .all(|(_, _, change)| matches!(change, Change::Delete));
        let answer = if deletions {
            self.request_deletion(queue, chunk).await
        } else {
            self.request_hiding(queue, chunk).await
        };
        let mut failures = vec![None; chunk.len()];
        match answer {
            Err(failure) => failures.fill(Some(failure)),
            Ok(failed) => {
                for entry in failed {
                    let number = entry.id.parse::<usize>().ok();
                    if let Some(place) = number.and_then(|number| failures.get_mut(number)) {
                        let message = entry.message.as_deref();
                        *place = Some(Failure::entry(&entry.code, message, entry.sender_fault));
                    }
                }
            }
        }
        failures
    }

    async fn request_deletion(
        &self,
        queue: QueueRef,
        chunk: &[(usize, &Held, Change)],
    ) -> Result<Vec<sqs::BatchResultErrorEntry>, Failure> {
        let url = self.url(queue).await.map_err(Failure::unasked)?;
        let entries = chunk.iter().enumerate().map(|(number, (_, held, _))| {
            sqs::DeleteMessageBatchRequestEntry::builder()
                .id(number.to_string())
                .receipt_handle(&held.handle)
                .build()
                .expect("it has an id and a handle")
        });
        let request = self.inner.clients.sqs.delete_message_batch().queue_url(url);
        let request = request.set_entries(Some(entries.collect()));
        let answer = request.send().await.map_err(|error| Failure::of(&error))?;
        Ok(answer.failed)
    }

    async fn request_hiding(
        &self,
        queue: QueueRef,
        chunk: &[(usize, &Held, Change)],
    ) -> Result<Vec<sqs::BatchResultErrorEntry>, Failure> {
        let url = self.url(queue).await.map_err(Failure::unasked)?;
        let entries = chunk.iter().enumerate().map(|(number, (_, held, change))| {
            let time = match change {
                Change::Delete => Duration::ZERO,
                Change::Hide(time) => *time,
            };
            sqs::ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(number.to_string())
                .receipt_handle(&held.handle)
                .visibility_timeout(seconds(time))
                .build()
                .expect("it has an id and a handle")
        });
        let clients = &self.inner.clients;
        let request = clients.sqs.change_message_visibility_batch().queue_url(url);
        let request = request.set_entries(Some(entries.collect()));
        let answer = request.send().await.map_err(|error| Failure::of(&error))?;
        Ok(answer.failed)
    }
}

/// Whether it is worth asking again soon. A request without an answer has been repeated by the client already.
fn may_pass(failure: &Failure) -> bool {
    match failure.kind() {
        Kind::Throttled | Kind::Other => true,
        Kind::Unreachable
        | Kind::Credentials
        | Kind::Denied
        | Kind::Missing
        | Kind::Message
        | Kind::Receipt => false,
    }
}

fn entry(number: usize, held: &Held, letter: &Attributes) -> sqs::SendMessageBatchRequestEntry {
    let mut entry = sqs::SendMessageBatchRequestEntry::builder()
        .id(number.to_string())
        .message_body(&*held.body);
    for (name, value) in letter.iter() {
        entry = entry.message_attributes(name, text(value));
    }
    entry.build().expect("it has an id and a body")
}
