//! When a payment is due at its gateway: pure.

use std::time::Duration;

use shared_events::Timestamp;

use super::payments::Record;
use crate::domain::payment::{Phase, Task, task};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// What takes hours (a refund that a bank has yet to make) is not asked for every half minute.
const MANY_VISITS: i32 = 40;
const SLOW_PAUSE: Duration = Duration::from_secs(600);

/// How long things take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How long a process that is at a payment has it for itself.
    pub(crate) lease: Duration,
    /// When a payment that is over is looked up once more.
    pub(crate) recheck: Duration,
}

impl Pace {
    /// Has the payment left alone by others while this process is at it.
    pub(crate) fn lease(self, record: &mut Record, now: Timestamp) {
        record.is_leased = true;
        record.due_at = Some(now + self.lease);
    }

    /// Says when its next task is due; returns the task if that is now, and leases the payment for it.
    /// `in_vain`: the gateway was asked and has not brought it any further.
    pub(crate) fn plan(self, record: &mut Record, in_vain: bool, now: Timestamp) -> Option<Task> {
        record.visits = if in_vain {
            record.visits.saturating_add(1)
        } else {
            0
        };
        record.is_leased = false;
        let expires_at = expiry(record);
        let Some(task) = task(&record.state, now) else {
            record.due_at = expires_at;
            return None;
        };
        let is_over = matches!(record.state.phase(), Phase::Failed | Phase::Closed);
        let due_at = match task {
            Task::LookUp(_) if is_over => now + self.recheck,
            Task::LookUp(_) => now + pause(record.visits),
            Task::Charge(_) | Task::Cancel(_) | Task::Refund { .. } if in_vain => {
                now + pause(record.visits)
            }
            Task::Charge(_) | Task::Cancel(_) | Task::Refund { .. } => {
                self.lease(record, now);
                return Some(task);
            }
        };
        // The time to give up comes first.
        let give_up = expires_at.filter(|expires_at| *expires_at > now);
        record.due_at = Some(give_up.map_or(due_at, |give_up| due_at.min(give_up)));
        None
    }
}

fn expiry(record: &Record) -> Option<Timestamp> {
    let is_open = record.state.phase() == Phase::Open;
    let bill = record.state.bill().filter(|_| is_open);
    bill.map(|bill| bill.expires_at)
}

/// Doubling, from a quarter of a second to half a minute; every ten minutes when it has lasted for a quarter of an hour.
fn pause(visits: i32) -> Duration {
    if visits > MANY_VISITS {
        return SLOW_PAUSE;
    }
    let doublings = u32::try_from(visits.clamp(1, 16) - 1).unwrap_or(0);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}
