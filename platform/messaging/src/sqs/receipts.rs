//! Receipts: what SQS wants to have back, and whether it is still the latest one that this process got.
//!
//! SQS does not promise to say that a message has been received again since: it may take a late deletion, or do nothing and
//! report success. What this process received itself is known here; for what another one received, SQS has the last word.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use shared_events::{Attributes, MessageId};

use super::directory::number;
use crate::bus::QueueRef;

/// How long a receive is remembered, if its message is not settled: longer than any handler works.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);
/// Receives remembered before the old ones are looked for.
const FIRST_PRUNING: usize = 4096;

/// A message in hand, as its receipt knows it: enough to set it aside.
#[derive(Debug)]
pub(crate) struct Held {
    /// What SQS calls this receive.
    pub(crate) handle: String,
    /// What SQS calls the message.
    pub(crate) message_id: String,
    /// Which receive of this process it was; zero for a mere look.
    pub(crate) stamp: u64,
    pub(super) id: MessageId,
    pub(super) body: Arc<str>,
    pub(super) attributes: Arc<Attributes>,
    pub(super) receive_count: u32,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.handle == other.handle
    }
}

impl Eq for Held {}

impl Hash for Held {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.handle.hash(state);
    }
}

/// The latest receive of each message in hand, per queue.
#[derive(Default)]
pub(super) struct Ledgers([Mutex<Ledger>; 2 * shared_events::Service::ALL.len()]);

#[derive(Default)]
struct Ledger {
    latest: HashMap<String, (u64, Instant)>,
    last: u64,
    prune_at: usize,
}

impl Ledgers {
    /// Notes a receive and gives it a number.
    pub(super) fn received(&self, queue: QueueRef, message_id: &str) -> u64 {
        self.with(queue, |ledger| {
            ledger.last += 1;
            if ledger.latest.len() >= ledger.prune_at.max(FIRST_PRUNING) {
                let now = Instant::now();
                let recent = |at: &Instant| now.duration_since(*at) < REMEMBERED;
                ledger.latest.retain(|_, (_, at)| recent(at));
                ledger.prune_at = 2 * ledger.latest.len();
            }
            let entry = (ledger.last, Instant::now());
            ledger.latest.insert(message_id.to_owned(), entry);
            ledger.last
        })
    }

    /// Whether this process has received the message again since. A receive without number is nobody's but its own.
    pub(super) fn is_stale(&self, queue: QueueRef, held: &Held) -> bool {
        self.with(queue, |ledger| {
            let latest = ledger.latest.get(&held.message_id);
            held.stamp != 0 && latest.is_some_and(|(stamp, _)| *stamp != held.stamp)
        })
    }

    /// The message is gone from the queue.
    pub(super) fn settled(&self, queue: QueueRef, held: &Held) {
        self.with(queue, |ledger| ledger.latest.remove(&held.message_id));
    }

    fn with<T>(&self, queue: QueueRef, look: impl FnOnce(&mut Ledger) -> T) -> T {
        // Nothing in here panics half way.
        let ledger = self.0[number(queue)].lock();
        look(&mut ledger.unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use shared_events::Service;

    use super::*;

    const QUEUE: QueueRef = QueueRef::main(Service::Cart);

    fn held(ledgers: &Ledgers, queue: QueueRef) -> Held {
        let stamp = ledgers.received(queue, "m");
        Held {
            handle: stamp.to_string(),
            message_id: "m".to_owned(),
            stamp,
            id: MessageId::new(),
            body: "{}".into(),
            attributes: Arc::default(),
            receive_count: 1,
        }
    }

    #[test]
    fn only_the_latest_receive_of_a_message_is_good() {
        let ledgers = Ledgers::default();
        let first = held(&ledgers, QUEUE);
        assert!(!ledgers.is_stale(QUEUE, &first));
        let second = held(&ledgers, QUEUE);
        assert!(ledgers.is_stale(QUEUE, &first));
        assert!(!ledgers.is_stale(QUEUE, &second));
        held(&ledgers, QueueRef::dead_letters(Service::Cart));
        assert!(!ledgers.is_stale(QUEUE, &second), "another queue");
    }

    #[test]
    fn what_is_settled_is_forgotten() {
        let ledgers = Ledgers::default();
        let message = held(&ledgers, QUEUE);
        ledgers.settled(QUEUE, &message);
        assert!(ledgers.0[number(QUEUE)].lock().unwrap().latest.is_empty());
    }
}
