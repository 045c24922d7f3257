//! Wakes the executor, whether it is in a round or between two.

use futures::task::{ArcWake, AtomicWaker};
use revcart_http_edge::host::Wake;

/// Wakes both: the job, and the round that waits.
#[derive(Default)]
pub(super) struct Alarm {
    job: Wake,
    round: AtomicWaker,
}

impl Alarm {
    /// What the job is woken by.
    pub(super) fn of_job(&self) -> Wake {
        self.job.clone()
    }

    /// The round that is to be woken from now on.
    pub(super) fn register(&self, round: &std::task::Waker) {
        self.round.register(round);
    }

    pub(super) fn ring(&self) {
        self.round.wake();
        self.job.wake();
    }
}

impl ArcWake for Alarm {
    fn wake_by_ref(alarm: &std::sync::Arc<Self>) {
        alarm.ring();
    }
}
