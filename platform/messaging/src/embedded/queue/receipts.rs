//! What the holder of a receipt can do.

use shared_events::Timestamp;

use super::{Place, State, is_ghost};

/// A message whose visibility has been changed.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Changed {
    pub(in super::super) receives: u32,
    /// Whether it is visible now.
    pub(in super::super) visible: bool,
}

impl State {
    /// Deletes the message that a receipt stands for; `false` if it stands for none.
    pub(in super::super) fn delete(&mut self, seq: u64, stamp: u64) -> bool {
        if !self.is_good(seq, stamp) {
            return false;
        }
        self.forget(seq);
        true
    }

    /// Changes until when a message in hand stays invisible; `None` if the receipt is for none.
    pub(in super::super) fn change_visibility(
        &mut self,
        seq: u64,
        stamp: u64,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<Changed> {
        let record = self.records.get_mut(&seq)?;
        let in_hand = matches!(record.place, Place::InFlight(end) if end > now);
        if record.stamp != stamp || !in_hand {
            return None;
        }
        let changed = Changed {
            receives: record.receives,
            visible: until <= now,
        };
        if changed.visible {
            self.come_back(seq);
        } else {
            record.place = Place::InFlight(until);
            self.push_due(until, seq, stamp);
        }
        Some(changed)
    }

    /// Takes a message out of circulation until it is known whether it could be moved; its receive count, if the receipt is good.
    pub(in super::super) fn leave(&mut self, seq: u64, stamp: u64) -> Option<u32> {
        if !self.is_good(seq, stamp) {
            return None;
        }
        if is_ghost(seq) {
            // The original has a life of its own.
            self.forget(seq);
            return Some(0);
        }
        self.set_leaving(seq);
        self.records.get(&seq).map(|record| record.receives)
    }

    /// The move has been written; `false` if there was nothing to move any more, because of a purge.
    pub(in super::super) fn left(&mut self, seq: u64) -> bool {
        self.records.remove(&seq).is_some()
    }

    /// The move could not be written: the message is visible again.
    pub(in super::super) fn stay(&mut self, seq: u64) {
        if self.records.contains_key(&seq) {
            self.come_back(seq);
        }
    }

    fn is_good(&self, seq: u64, stamp: u64) -> bool {
        self.records
            .get(&seq)
            .is_some_and(|record| record.stamp == stamp && record.place != Place::Leaving)
    }

    pub(super) fn forget(&mut self, seq: u64) {
        if let Some(record) = self.records.remove(&seq) {
            self.uncount(record.place);
        }
    }

    pub(super) fn set_leaving(&mut self, seq: u64) {
        if let Some(record) = self.records.get_mut(&seq) {
            let place = std::mem::replace(&mut record.place, Place::Leaving);
            self.uncount(place);
        }
    }

    fn uncount(&mut self, place: Place) {
        match place {
            Place::InFlight(_) => self.in_flight -= 1,
            Place::Back => self.back -= 1,
            Place::Leaving => {}
        }
    }
}
