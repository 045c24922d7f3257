//! Handing out messages, and noticing which have become visible.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use shared_events::Timestamp;

use super::super::faults::Dice;
use super::super::stored::Stored;
use super::{Place, Record, Slot, State, is_ghost};
use crate::bus::{Handle, Receipt, Received};

/// Messages in hand at the most, the limit of SQS: with more, nothing is handed out until some are deleted.
const MOST_IN_FLIGHT: usize = 120_000;

/// What a receive got.
#[derive(Debug)]
pub(in super::super) struct Taken {
    pub(in super::super) messages: Vec<Received>,
    /// Until when the messages are invisible.
    pub(in super::super) until: Timestamp,
    /// Messages received too often, with their counts; they are on their way to the dead letters.
    pub(in super::super) exhausted: Vec<(u64, u32)>,
}

impl State {
    /// Takes up to `max` visible messages into one hand.
    pub(in super::super) fn take(
        &mut self,
        now: Timestamp,
        max: usize,
        visibility: Duration,
    ) -> Taken {
        self.wake(now);
        let mut taken = Taken {
            messages: Vec::with_capacity(max.min(self.ready.len())),
            until: now + visibility,
            exhausted: Vec::new(),
        };
        while taken.messages.len() < max && self.in_flight < MOST_IN_FLIGHT {
            let Some(slot) = self.ready.pop_front() else {
                break;
            };
            self.hand_out(slot, now, &mut taken);
        }
        taken
    }

    /// Whether somebody else could take something right now.
    pub(in super::super) fn has_ready(&self) -> bool {
        self.fresh + self.back > 0 && self.in_flight < MOST_IN_FLIGHT
    }

    /// Whether something is visible whose body is being fetched.
    pub(in super::super) fn is_loading(&self) -> bool {
        !self.loading.is_empty()
    }

    /// When the next message becomes visible by itself, or perhaps a little earlier.
    pub(in super::super) fn next_due(&self) -> Option<Timestamp> {
        self.due.peek().map(|Reverse(due)| due.at)
    }

    /// Makes visible whose time has come.
    fn wake(&mut self, now: Timestamp) {
        while self.due.peek().is_some_and(|Reverse(due)| due.at <= now) {
            let Some(Reverse(due)) = self.due.pop() else {
                break;
            };
            if due.stamp == 0 {
                self.end_delay(due.seq);
            } else if self
                .records
                .get(&due.seq)
                .is_some_and(|record| record.is_due(&due))
            {
                self.come_back(due.seq);
            }
        }
    }

    fn end_delay(&mut self, seq: u64) {
        match self.delayed.remove(&seq) {
            Some(Some(message)) => self.push_fresh(seq, message),
            Some(None) => self.backlog.push_back(seq),
            None => {}
        }
    }

    fn hand_out(&mut self, slot: Slot, now: Timestamp, taken: &mut Taken) {
        let seq = slot.seq;
        let receives = match slot.message {
            Some(message) => {
                self.fresh -= 1;
                if !is_ghost(seq) {
                    self.held -= message.size();
                    self.repeat_perhaps(&message, now);
                }
                let place = Place::InFlight(taken.until);
                self.in_flight += 1;
                self.stamp += 1;
                let record = Record {
                    stamp: self.stamp,
                    receives: 1,
                    place,
                    message,
                };
                taken.messages.push(received(seq, &record));
                self.push_due(taken.until, seq, self.stamp);
                self.records.insert(seq, record);
                return;
            }
            None => match self.records.get(&seq) {
                Some(record) if record.place == Place::Back => record.receives,
                // Deleted, moved or received since it took its place in line.
                _ => return,
            },
        };
        if self.receive_limit.is_some_and(|limit| receives >= limit) {
            if is_ghost(seq) {
                self.forget(seq);
            } else {
                self.set_leaving(seq);
                taken.exhausted.push((seq, receives));
            }
            return;
        }
        self.hand_out_again(seq, taken);
    }

    fn hand_out_again(&mut self, seq: u64, taken: &mut Taken) {
        self.stamp += 1;
        let stamp = self.stamp;
        if let Some(record) = self.records.get_mut(&seq) {
            record.stamp = stamp;
            record.receives += 1;
            record.place = Place::InFlight(taken.until);
            taken.messages.push(received(seq, record));
            self.back -= 1;
            self.in_flight += 1;
            self.push_due(taken.until, seq, stamp);
        }
    }

    /// If the dice say so, the message will be delivered a second time, whatever becomes of the first.
    fn repeat_perhaps(&mut self, message: &Arc<Stored>, now: Timestamp) {
        if let Some(later) = self.dice.as_mut().and_then(Dice::again) {
            let ghost = self.ghosts;
            self.ghosts += 1;
            self.delay(ghost, Some(Arc::clone(message)), now + later);
        }
    }
}

fn received(seq: u64, record: &Record) -> Received {
    let message = &record.message;
    Received {
        id: message.id,
        body: Arc::clone(&message.body),
        attributes: Arc::clone(&message.attributes),
        receipt: Receipt(Handle::Embedded {
            seq,
            stamp: record.stamp,
        }),
        receive_count: record.receives,
        sent_at: message.sent_at,
    }
}
