//! Receiving: ten messages a request. Who wants more gets several requests: the first waits for messages, and when it comes
//! back full, others follow at the same time, without waiting, until there is enough or the queue has no more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_sqs::types::MessageSystemAttributeName;
use futures::StreamExt;
use futures::stream::FuturesUnordered;

use super::batches::MOST_ENTRIES;
use super::clients::LONGEST_POLL;
use super::directory::number;
use super::failure::Failure;
use super::publish::seconds;
use super::wire::Arrived;
use super::{Inner, PARALLEL, SqsBus};
use crate::bus::{BusError, Handle, QueueRef, Receipt, ReceiveOptions, Received};

/// The longest visibility timeout of SQS.
pub(super) const LONGEST_VISIBILITY: Duration = Duration::from_secs(12 * 60 * 60);

/// Whether a queue had more than was asked for when it was last received from: then there is no point in asking it once
/// before asking it several times.
pub(super) type Busy = [AtomicBool; 2 * shared_events::Service::ALL.len()];

impl SqsBus {
    pub(super) async fn receive_from(
        &self,
        queue: QueueRef,
        options: ReceiveOptions,
    ) -> Result<Vec<Received>, BusError> {
        let deadline = Instant::now() + options.wait;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // Requests at the same time do not wait: what one brings must not lie about until the others give up.
            let busy = self.inner.busy[number(queue)].load(Ordering::Relaxed);
            let wait = if busy {
                Duration::ZERO
            } else {
                left.min(LONGEST_POLL)
            };
            let received = self.gather(queue, options, wait, busy).await?;
            if !received.is_empty() || wait == left {
                return Ok(received);
            }
        }
    }

    /// One round: everything that several requests bring. What one of them brought is never thrown away.
    async fn gather(
        &self,
        queue: QueueRef,
        options: ReceiveOptions,
        wait: Duration,
        busy: bool,
    ) -> Result<Vec<Received>, BusError> {
        let wanted = options.max.max(1);
        let mut requests = FuturesUnordered::new();
        let mut received = Vec::with_capacity(wanted.min(256));
        let (mut first, mut more) = (true, busy);
        let (mut asked, mut failure) = (0, None);
        loop {
            while (first || more) && asked < wanted && requests.len() < PARALLEL {
                let portion = MOST_ENTRIES.min(wanted - asked);
                let wait = if first { wait } else { Duration::ZERO };
                first = false;
                asked += portion;
                requests.push(self.ask(queue, portion, wait, options.visibility));
            }
            let Some((portion, answer)) = requests.next().await else {
                break;
            };
            match answer {
                Ok(arrived) => {
                    more = arrived.len() == portion;
                    asked -= portion - arrived.len();
                    received.extend(arrived);
                }
                Err(error) => (more, failure) = (false, Some(error)),
            }
        }
        self.inner.busy[number(queue)].store(more && wanted > MOST_ENTRIES, Ordering::Relaxed);
        match failure {
            Some(failure) if received.is_empty() => {
                Err(failure.of_request(&format!("cannot receive from {queue}")))
            }
            Some(failure) => {
                tracing::warn!(%queue, %failure, "a part of a receive failed");
                Ok(received)
            }
            None => Ok(received),
        }
    }

    async fn ask(
        &self,
        queue: QueueRef,
        portion: usize,
        wait: Duration,
        visibility: Duration,
    ) -> (usize, Result<Vec<Received>, Failure>) {
        let arrived = self.receive_once(queue, portion, wait, visibility).await;
        let received = arrived.map(|arrived| {
            let received = arrived.into_iter();
            received
                .map(|arrived| self.received(queue, arrived))
                .collect()
        });
        (portion, received)
    }

    /// One request.
    pub(super) async fn receive_once(
        &self,
        queue: QueueRef,
        portion: usize,
        wait: Duration,
        visibility: Duration,
    ) -> Result<Vec<Arrived>, Failure> {
        let url = self.url(queue).await.map_err(Failure::unasked)?;
        let Inner { clients, .. } = &*self.inner;
        let answer = clients
            .polling
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(i32::try_from(portion).unwrap_or(1))
            .wait_time_seconds(seconds(wait.min(LONGEST_POLL)))
            .visibility_timeout(seconds(visibility.min(LONGEST_VISIBILITY)))
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        let messages = answer.messages.unwrap_or_default();
        Ok(messages.into_iter().filter_map(Arrived::read).collect())
    }

    fn received(&self, queue: QueueRef, arrived: Arrived) -> Received {
        let mut held = arrived.held;
        held.stamp = self.inner.ledgers.received(queue, &held.message_id);
        Received {
            id: held.id,
            body: Arc::clone(&held.body),
            attributes: Arc::clone(&held.attributes),
            receive_count: held.receive_count,
            sent_at: arrived.sent_at,
            receipt: Receipt(Handle::Sqs(Arc::new(held))),
        }
    }
}
