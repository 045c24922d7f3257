//! One queue in memory: what is visible, who holds what until when. Pure bookkeeping: no I/O, no waiting, no clock.
//!
//! A message that nobody has received is *fresh*: it stands in `ready` with its body, or behind that in `backlog` as a
//! bare number when the bodies at hand exceed the budget. Once received it has a *record*, which stays until the message
//! is deleted or moved; a receipt names a record and the stamp of one receive. Times of visibility lie in the heap `due`,
//! whose entries are checked against the record when they come up and dropped if it has changed.
//!
//! Reading order: [`State`], `backlog` (what memory has no room for), `take` (handing out), `receipts` (what holders do with
//! what they hold), `depth` (looking in).

mod backlog;
mod depth;
mod receipts;
mod take;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

use shared_events::Timestamp;

use super::faults::Dice;
use super::stored::Stored;

pub(super) use backlog::Load;
pub(super) use depth::Oldest;
pub(super) use take::Taken;

/// Numbers from here on are second deliveries made on purpose: in memory only, unknown to the database.
const GHOSTS: u64 = 1 << 63;
/// Whether a number stands for a second delivery made on purpose.
pub(super) fn is_ghost(seq: u64) -> bool {
    seq >= GHOSTS
}

#[derive(Debug)]
pub(super) struct State {
    /// From which receive count on a message is not handed out any more.
    receive_limit: Option<u32>,
    ready: VecDeque<Slot>,
    /// How many of `ready` have never been received.
    fresh: usize,
    backlog: VecDeque<u64>,
    /// Receive counts of messages in the backlog, from before a restart.
    counts: HashMap<u64, u32>,
    /// What the reader thread is fetching.
    loading: Vec<u64>,
    records: HashMap<u64, Record>,
    in_flight: usize,
    /// How many records are visible again.
    back: usize,
    delayed: HashMap<u64, Option<Arc<Stored>>>,
    due: BinaryHeap<Reverse<Due>>,
    /// Bytes of fresh and delayed messages in memory.
    held: usize,
    budget: usize,
    stamp: u64,
    ghosts: u64,
    /// Counts the purges, so that what was being loaded during one is dropped.
    purges: u64,
    dice: Option<Dice>,
}

/// A place in line; without a message it stands for the record of the same number, if that is still visible.
#[derive(Debug)]
struct Slot {
    seq: u64,
    message: Option<Arc<Stored>>,
}

#[derive(Debug)]
struct Record {
    stamp: u64,
    receives: u32,
    place: Place,
    message: Arc<Stored>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    InFlight(Timestamp),
    /// Visible again.
    Back,
    /// On its way to the dead letters: no receipt is good for it any more.
    Leaving,
}

/// When something becomes visible. The stamp of a delayed message is zero.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Timestamp,
    seq: u64,
    stamp: u64,
}

impl State {
    /// An empty queue. Receipts start from `stamp`, which no earlier process should have used.
    pub(super) fn new(
        receive_limit: Option<u32>,
        budget: usize,
        stamp: u64,
        dice: Option<Dice>,
    ) -> Self {
        Self {
            receive_limit,
            ready: VecDeque::new(),
            fresh: 0,
            backlog: VecDeque::new(),
            counts: HashMap::new(),
            loading: Vec::new(),
            records: HashMap::new(),
            in_flight: 0,
            back: 0,
            delayed: HashMap::new(),
            due: BinaryHeap::new(),
            held: 0,
            budget,
            stamp,
            ghosts: GHOSTS,
            purges: 0,
            dice,
        }
    }

    /// A message arrives, invisible for now if it is delayed.
    pub(super) fn arrive(
        &mut self,
        seq: u64,
        message: Arc<Stored>,
        delayed_until: Option<Timestamp>,
        now: Timestamp,
    ) {
        let late = self.dice.as_mut().and_then(Dice::late);
        let delayed_until = delayed_until.max(late.map(|late| now + late));
        if let Some(until) = delayed_until.filter(|until| *until > now) {
            let message = self.hold(message);
            self.delay(seq, message, until);
        } else if self.backlog.is_empty() && self.loading.is_empty() {
            match self.hold(message) {
                Some(message) => self.push_fresh(seq, message),
                None => self.backlog.push_back(seq),
            }
        } else {
            self.backlog.push_back(seq);
        }
    }

    /// Forgets everything.
    pub(super) fn purge(&mut self) {
        self.ready = VecDeque::new();
        self.backlog = VecDeque::new();
        self.records = HashMap::new();
        self.delayed = HashMap::new();
        self.due = BinaryHeap::new();
        self.counts = HashMap::new();
        self.loading.clear();
        (self.fresh, self.back, self.in_flight, self.held) = (0, 0, 0, 0);
        self.purges += 1;
    }

    fn come_back(&mut self, seq: u64) {
        if let Some(record) = self.records.get_mut(&seq) {
            if let Place::InFlight(_) = record.place {
                self.in_flight -= 1;
            }
            record.place = Place::Back;
            self.back += 1;
            self.ready.push_back(Slot { seq, message: None });
        }
    }

    /// Keeps the message at hand if there is room for it.
    fn hold(&mut self, message: Arc<Stored>) -> Option<Arc<Stored>> {
        if self.held >= self.budget {
            return None;
        }
        self.held += message.size();
        Some(message)
    }

    fn push_fresh(&mut self, seq: u64, message: Arc<Stored>) {
        self.fresh += 1;
        self.ready.push_back(Slot {
            seq,
            message: Some(message),
        });
    }

    fn delay(&mut self, seq: u64, message: Option<Arc<Stored>>, visible_at: Timestamp) {
        self.delayed.insert(seq, message);
        self.push_due(visible_at, seq, 0);
    }

    fn push_due(&mut self, at: Timestamp, seq: u64, stamp: u64) {
        // Most messages are deleted long before their time is up: what they leave in the heap must not pile up.
        if self.due.len() > 256 + 2 * (self.in_flight + self.delayed.len()) {
            let (records, delayed) = (&self.records, &self.delayed);
            self.due.retain(|Reverse(due)| match due.stamp {
                0 => delayed.contains_key(&due.seq),
                _ => records
                    .get(&due.seq)
                    .is_some_and(|record| record.is_due(due)),
            });
        }
        self.due.push(Reverse(Due { at, seq, stamp }));
    }
}

impl Record {
    fn is_due(&self, due: &Due) -> bool {
        self.stamp == due.stamp && self.place == Place::InFlight(due.at)
    }
}

#[cfg(test)]
mod tests;
