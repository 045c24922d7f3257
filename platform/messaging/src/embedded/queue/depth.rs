//! What can be seen of a queue from outside.

use shared_events::Timestamp;

use super::{Place, State, is_ghost};

/// How many messages are where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Count {
    pub(in super::super) visible: usize,
    pub(in super::super) in_flight: usize,
    pub(in super::super) delayed: usize,
}

/// The message published first of those in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Oldest {
    /// It was published then.
    SentAt(Timestamp),
    /// When, stands in the database under this number.
    Stored(u64),
}

impl State {
    /// How many messages are where at this moment, those included whose time has come without anybody asking for them.
    pub(in super::super) fn count(&self, now: Timestamp) -> Count {
        let overdue = self
            .records
            .values()
            .filter(|record| matches!(record.place, Place::InFlight(until) if until <= now))
            .count();
        let leaving = self
            .records
            .values()
            .filter(|record| record.place == Place::Leaving)
            .count();
        let arrived = self
            .due
            .iter()
            .filter(|due| {
                due.0.stamp == 0 && due.0.at <= now && self.delayed.contains_key(&due.0.seq)
            })
            .count();
        Count {
            visible: self.fresh
                + self.back
                + self.backlog.len()
                + self.loading.len()
                + overdue
                + arrived,
            in_flight: self.in_flight - overdue + leaving,
            delayed: self.delayed.len() - arrived,
        }
    }

    /// The oldest message in the queue.
    pub(in super::super) fn oldest(&self) -> Option<Oldest> {
        let fresh = self
            .ready
            .iter()
            .filter_map(|slot| Some((slot.seq, Some(slot.message.as_ref()?))));
        let received = self
            .records
            .iter()
            .map(|(seq, record)| (*seq, Some(&record.message)));
        let delayed = self
            .delayed
            .iter()
            .map(|(seq, message)| (*seq, message.as_ref()));
        let stored = self
            .backlog
            .iter()
            .chain(&self.loading)
            .map(|seq| (*seq, None));
        let (seq, message) = fresh
            .chain(received)
            .chain(delayed)
            .chain(stored)
            .filter(|(seq, _)| !is_ghost(*seq))
            .min_by_key(|(seq, _)| *seq)?;
        Some(message.map_or(Oldest::Stored(seq), |message| {
            Oldest::SentAt(message.sent_at)
        }))
    }
}
