//! Messages that wait as bare numbers, and how their bodies come back from the database.

use std::collections::VecDeque;
use std::sync::Arc;

use shared_events::Timestamp;

use super::super::stored::Stored;
use super::{Place, Record, Slot, State};

/// Bodies are read back when fewer than this many messages are ready.
const LOW: usize = 128;
/// Bodies read back at once.
const LOAD: usize = 512;

/// Bodies to be read back.
#[derive(Debug)]
pub(in super::super) struct Load {
    pub(in super::super) seqs: Vec<u64>,
    pub(in super::super) purges: u64,
    /// How many bytes are wanted: when they are reached, the rest can stay where it is.
    pub(in super::super) bytes: usize,
}

impl State {
    /// A message is there whose body is in the database only: after a restart, or as a dead letter.
    pub(in super::super) fn arrive_stored(
        &mut self,
        seq: u64,
        receives: u32,
        delayed: Option<Timestamp>,
    ) {
        match delayed {
            Some(visible_at) => self.delay(seq, None, visible_at),
            None => self.backlog.push_back(seq),
        }
        if receives > 0 {
            self.counts.insert(seq, receives);
        }
    }

    /// What should be read back now so that receivers find it ready.
    pub(in super::super) fn load(&mut self) -> Option<Load> {
        if !self.loading.is_empty() || self.backlog.is_empty() || self.ready.len() >= LOW {
            return None;
        }
        let count = self.backlog.len().min(LOAD);
        self.loading.extend(self.backlog.drain(..count));
        if self.backlog.is_empty() {
            self.backlog = VecDeque::new();
        }
        Some(Load {
            seqs: self.loading.clone(),
            purges: self.purges,
            bytes: self.budget.saturating_sub(self.held),
        })
    }

    /// What was read back; what was not, goes back to where it was.
    pub(in super::super) fn loaded(
        &mut self,
        purges: u64,
        read: Vec<(u64, Arc<Stored>)>,
        unread: &[u64],
    ) {
        if purges != self.purges {
            return;
        }
        self.loading.clear();
        for seq in unread.iter().rev() {
            self.backlog.push_front(*seq);
        }
        for (seq, message) in read {
            match self.counts.remove(&seq) {
                None => {
                    self.held += message.size();
                    self.push_fresh(seq, message);
                }
                Some(receives) => {
                    let record = Record {
                        stamp: 0,
                        receives,
                        place: Place::Back,
                        message,
                    };
                    self.records.insert(seq, record);
                    self.back += 1;
                    self.ready.push_back(Slot { seq, message: None });
                }
            }
        }
    }
}
