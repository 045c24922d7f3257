//! What can be seen of a queue from outside: its depth; its dead letters, by receiving them for a moment; and emptying it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_sqs::types::QueueAttributeName as Name;
use futures::{StreamExt, stream};
use shared_events::attributes::DLQ_FAILED_AT;
use uuid::Uuid;

use super::batches::MOST_ENTRIES;
use super::failure::{Failure, Kind};
use super::wire::Arrived;
use super::{PARALLEL, SqsBus};
use crate::bus::{
    BusError, Depth, Handle, Peeked, Position, QueueKind, QueueRef, Receipt, Visibility,
};

/// How long dead letters that are looked at are hidden from others, at the most: they are given back when all were seen.
const LOOK: Duration = Duration::from_secs(5);
/// How long is looked for more: less than they are hidden, so that each is seen once.
const LOOKING: Duration = Duration::from_secs(4);
/// Dead letters seen in one look at the most. Of more than that, it is some.
const MOST_SEEN: usize = 10_000;

impl SqsBus {
    pub(super) async fn count(&self, queue: QueueRef) -> Result<Depth, BusError> {
        let url = self.url(queue).await?;
        let request = self.inner.clients.sqs.get_queue_attributes().queue_url(url);
        let answer = request
            .attribute_names(Name::ApproximateNumberOfMessages)
            .attribute_names(Name::ApproximateNumberOfMessagesNotVisible)
            .attribute_names(Name::ApproximateNumberOfMessagesDelayed)
            .send()
            .await
            .map_err(|error| Failure::of(&error).of_request(&format!("cannot count {queue}")))?;
        let attributes = answer.attributes.unwrap_or_default();
        let number = |name: Name| {
            let value = attributes.get(&name).and_then(|value| value.parse().ok());
            value.ok_or_else(|| BusError::Unavailable(format!("{queue} does not tell its {name}")))
        };
        Ok(Depth {
            visible: number(Name::ApproximateNumberOfMessages)?,
            in_flight: number(Name::ApproximateNumberOfMessagesNotVisible)?,
            delayed: number(Name::ApproximateNumberOfMessagesDelayed)?,
            oldest: None,
        })
    }

    /// SQS cannot be looked into without receiving. A dead letter can be received any number of times; a message of a main
    /// queue would be a step nearer to becoming one, so that is not done.
    pub(super) async fn look_into(
        &self,
        queue: QueueRef,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Peeked>, BusError> {
        self.check_open()?;
        if queue.kind == QueueKind::Main {
            return Err(BusError::Impossible(format!(
                "SQS cannot be looked into, and receiving from {queue} would count as an attempt; its dead letters can be seen"
            )));
        }
        let seen = self.see_all(queue).await?;
        let mut peeked: Vec<Peeked> = seen.iter().map(peeked).collect();
        let receipts: Vec<(Receipt, Duration)> = seen
            .into_iter()
            .map(|arrived| (Receipt(Handle::Sqs(Arc::new(arrived.held))), Duration::ZERO))
            .collect();
        if let Err(error) = self.hide_held(queue, &receipts).await {
            tracing::warn!(%queue, %error, "dead letters that were looked at could not be given back; they are visible again in five seconds");
        }
        peeked.sort_unstable_by_key(|message| message.position);
        peeked.dedup_by_key(|message| message.position);
        peeked.retain(|message| after.is_none_or(|after| message.position > after));
        peeked.truncate(limit);
        Ok(peeked)
    }

    /// Receives everything for a moment. The receipts are not numbered: nobody else's become stale by a look.
    async fn see_all(&self, queue: QueueRef) -> Result<Vec<Arrived>, BusError> {
        let started = Instant::now();
        let mut seen = Vec::new();
        while started.elapsed() < LOOKING && seen.len() < MOST_SEEN {
            let portions: Vec<_> = stream::iter(0..if seen.is_empty() { 1 } else { PARALLEL })
                .map(|_| self.receive_once(queue, MOST_ENTRIES, Duration::ZERO, LOOK))
                .buffer_unordered(PARALLEL)
                .collect()
                .await;
            let before = seen.len();
            for portion in portions {
                let portion = portion
                    .map_err(|failure| failure.of_request(&format!("cannot see {queue}")))?;
                seen.extend(portion);
            }
            if seen.len() == before {
                break;
            }
        }
        Ok(seen)
    }

    pub(super) async fn empty(&self, queue: QueueRef) -> Result<(), BusError> {
        let url = self.url(queue).await?;
        let request = self.inner.clients.sqs.purge_queue().queue_url(url);
        let failure = match request.send().await {
            Ok(_) => return Ok(()),
            Err(error) => Failure::of(&error),
        };
        if failure.kind() == Kind::Other
            && failure
                .code
                .as_deref()
                .is_some_and(|code| code.contains("PurgeQueueInProgress"))
        {
            return Err(BusError::Unavailable(format!(
                "{queue} was purged less than a minute ago; SQS does it once a minute"
            )));
        }
        Err(failure.of_request(&format!("cannot purge {queue}")))
    }
}

fn peeked(arrived: &Arrived) -> Peeked {
    let held = &arrived.held;
    let failed_at = held.attributes.get(DLQ_FAILED_AT);
    Peeked {
        position: position(arrived),
        id: held.id,
        body: Arc::clone(&held.body),
        attributes: Arc::clone(&held.attributes),
        receive_count: match arrived.earlier_receives {
            0 => held.receive_count,
            earlier => earlier,
        },
        sent_at: arrived.sent_at,
        dead_since: failed_at.and_then(|time| time.parse().ok()),
        visibility: Visibility::Visible,
    }
}

/// By the time when it was sent, then by a part of its id: the same in every look, the oldest first.
fn position(arrived: &Arrived) -> Position {
    const BITS: u32 = 20;
    let millis = u64::try_from(arrived.sent_at.micros() / 1000).unwrap_or(0);
    let id = Uuid::parse_str(&arrived.held.message_id).unwrap_or_default();
    let part = id.as_u128() as u64 & ((1 << BITS) - 1);
    Position(millis << BITS | part)
}
