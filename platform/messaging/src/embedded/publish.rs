//! Publishing: check, find the queues, hand to the storage thread in portions, wait until all are written.

use std::sync::Arc;
use std::time::Duration;

use shared_events::Timestamp;
use tokio::sync::oneshot;

use super::mailbox::{Arrival, Job};
use super::shared::{ROOM, Shared};
use super::stored::Stored;
use crate::bus::limits::check;
use crate::bus::{OutgoingMessage, PublishError};

/// Messages written together at the most, of one publish.
const PORTION: usize = 1000;

/// Messages that are written together, and where in the publish they stood.
#[derive(Default)]
struct Portion {
    arrivals: Vec<Arrival>,
    places: Vec<usize>,
    bytes: usize,
}

type Outcomes = Vec<Result<(), PublishError>>;

pub(super) async fn publish(
    shared: &Shared,
    delay: Duration,
    messages: &[OutgoingMessage],
) -> Outcomes {
    let now = shared.clock.now();
    let mut outcomes = Vec::with_capacity(messages.len());
    let mut written = Vec::with_capacity(messages.len() / PORTION + 1);
    let mut portion = Portion::default();
    for (place, message) in messages.iter().enumerate() {
        outcomes.push(check(message, delay));
        if outcomes[place].is_err() {
            continue;
        }
        let arrival = arrival(shared, message, now, delay);
        if !arrival.queues.is_empty() {
            portion.bytes += arrival.message.size();
            portion.arrivals.push(arrival);
            portion.places.push(place);
        }
        if portion.arrivals.len() == PORTION || portion.bytes / 1024 >= ROOM as usize / 4 {
            written.push(hand_over(shared, std::mem::take(&mut portion)).await);
        }
    }
    if !portion.arrivals.is_empty() {
        written.push(hand_over(shared, portion).await);
    }
    for (places, answer) in written {
        let failure = match answer.await {
            Ok(Ok(())) => continue,
            Ok(Err(why)) => why,
            Err(_) => "the bus is closed".to_owned(),
        };
        for place in places {
            outcomes[place] = Err(PublishError::Retry(failure.clone()));
        }
    }
    outcomes
}

/// Waits for room, then leaves the portion with the storage thread.
async fn hand_over(
    shared: &Shared,
    portion: Portion,
) -> (Vec<usize>, oneshot::Receiver<Result<(), String>>) {
    let (answer, done) = oneshot::channel();
    let size = u32::try_from(portion.bytes / 1024 + 1)
        .unwrap_or(ROOM)
        .min(ROOM);
    // Room is only refused when the bus is closed; then the answer is dropped.
    if let Ok(room) = Arc::clone(&shared.room).acquire_many_owned(size).await {
        shared.mailbox.put(Job::Publish {
            arrivals: portion.arrivals,
            room,
            answer,
        });
    }
    (portion.places, done)
}

fn arrival(shared: &Shared, message: &OutgoingMessage, now: Timestamp, delay: Duration) -> Arrival {
    Arrival {
        queues: shared.routes.of(message.destination, &message.attributes),
        delayed_until: (!delay.is_zero()).then(|| now + delay),
        message: Arc::new(Stored {
            id: message.id,
            sent_at: now,
            body: Arc::clone(&message.body),
            attributes: Arc::new(message.attributes.clone()),
        }),
    }
}
