//! What becomes of messages in hand: deleted, hidden for longer or given back, given up.

use std::time::Duration;

use shared_events::Attributes;

use super::EmbeddedBus;
use super::mailbox::{Gone, Job, Letter, Mark};
use super::queue::is_ghost;
use super::routes::number;
use crate::bus::{BusError, QueueKind, QueueRef, Receipt, Settled, StaleReceipt};

impl EmbeddedBus {
    pub(super) fn delete_held(
        &self,
        queue: QueueRef,
        receipts: &[Receipt],
    ) -> Result<Settled, BusError> {
        self.check_open()?;
        let mut gone = Vec::with_capacity(receipts.len());
        let mut settled = Vec::with_capacity(receipts.len());
        let number = number(queue);
        {
            let mut state = self.shared().queue(queue).state();
            for (seq, stamp) in receipts.iter().map(Receipt::embedded) {
                let good = state.delete(seq, stamp);
                settled.push(if good { Ok(()) } else { Err(StaleReceipt) });
                if good && !is_ghost(seq) {
                    gone.push(Gone { seq, queue: number });
                }
            }
        }
        self.shared().mailbox.gone(gone.into_iter());
        Ok(settled)
    }

    pub(super) fn hide_held(
        &self,
        queue: QueueRef,
        changes: &[(Receipt, Duration)],
    ) -> Result<Settled, BusError> {
        self.check_open()?;
        let now = self.shared().clock.now();
        let mut marks = Vec::with_capacity(changes.len());
        let mut settled = Vec::with_capacity(changes.len());
        let mut any_visible = false;
        {
            let mut state = self.shared().queue(queue).state();
            for (receipt, invisible) in changes {
                let (seq, stamp) = receipt.embedded();
                let until = now + *invisible;
                let changed = state.change_visibility(seq, stamp, until, now);
                any_visible |= changed.is_some_and(|changed| changed.visible);
                if let Some(changed) = changed.filter(|_| !is_ghost(seq)) {
                    marks.push(Mark {
                        queue: number(queue),
                        seq,
                        receives: changed.receives,
                        until,
                    });
                }
                settled.push(changed.map(drop).ok_or(StaleReceipt));
            }
        }
        self.shared().mailbox.mark(marks.into_iter());
        if any_visible {
            self.shared().queue(queue).arrived.notify_one();
        }
        Ok(settled)
    }

    pub(super) async fn give_up_held(
        &self,
        queue: QueueRef,
        letters: &[(Receipt, Attributes)],
    ) -> Result<Settled, BusError> {
        self.check_open()?;
        if queue.kind == QueueKind::DeadLetter {
            return Err(BusError::NoDeadLetters(queue.to_string()));
        }
        let mut leaving = Vec::with_capacity(letters.len());
        let mut settled = Vec::with_capacity(letters.len());
        {
            let mut state = self.shared().queue(queue).state();
            for (receipt, why) in letters {
                let (seq, stamp) = receipt.embedded();
                let receives = state.leave(seq, stamp);
                settled.push(receives.map(drop).ok_or(StaleReceipt));
                if let Some(receives) = receives.filter(|_| !is_ghost(seq)) {
                    leaving.push(Letter {
                        seq,
                        receives,
                        why: why.clone(),
                    });
                }
            }
        }
        if !leaving.is_empty() {
            self.have_written(|answer| Job::DeadLetter {
                queue: number(queue),
                letters: leaving,
                answer,
            })
            .await?;
        }
        Ok(settled)
    }
}
