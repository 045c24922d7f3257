//! Publishing: check, find the queues, hand to the storage thread in portions, wait until all are written.

use std::sync::Arc;
use std::time::Duration;

use shared_events::{Destination, Timestamp};
use tokio::sync::oneshot;

use super::mailbox::{Arrival, Job};
use super::shared::{ROOM, Shared};
use super::stored::Stored;
use crate::bus::{LARGEST_MESSAGE, LONGEST_DELAY, MOST_ATTRIBUTES, OutgoingMessage, PublishError};

/// Messages written together at the most, of one publish.
const PORTION: usize = 1000;
/// What SNS and SQS count for an attribute besides its name and value: the name of its type, `String`.
const TYPE_NAME: usize = 6;

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

/// The limits of SNS and SQS.
fn check(message: &OutgoingMessage, delay: Duration) -> Result<(), PublishError> {
    let refused = |why: String| Err(PublishError::Refused(why));
    let attributes: usize = message
        .attributes
        .iter()
        .map(|(name, value)| name.len() + TYPE_NAME + value.len())
        .sum();
    let size = message.body.len() + attributes;
    if message.body.is_empty() {
        return refused("the body is empty".to_owned());
    }
    if size > LARGEST_MESSAGE {
        return refused(format!(
            "{size} bytes with attributes, {LARGEST_MESSAGE} are allowed"
        ));
    }
    if message.attributes.len() > MOST_ATTRIBUTES {
        return refused(format!(
            "{} attributes, {MOST_ATTRIBUTES} are allowed",
            message.attributes.len()
        ));
    }
    if message
        .attributes
        .iter()
        .any(|(name, value)| name.is_empty() || value.is_empty())
    {
        return refused("an attribute is empty".to_owned());
    }
    match message.destination {
        Destination::Topic(_) if !delay.is_zero() => refused("a topic knows no delay".to_owned()),
        Destination::Queue(_) if delay > LONGEST_DELAY => refused(format!(
            "a delay of {delay:?}, {LONGEST_DELAY:?} are allowed"
        )),
        Destination::Topic(_) | Destination::Queue(_) => Ok(()),
    }
}
