//! The circuit breaker: after failures in a row a callee is left alone for a while, then tried by one call.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shared_events::Timestamp;

/// Failures in a row that open the circuit.
const FAILURES: u32 = 8;
/// How long it stays open before one call tries again.
const REST: Duration = Duration::from_secs(5);

/// The state of one callee, as one caller sees it.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Timestamp },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Whether a call may be made. When the rest is over, one caller is let through and the rest starts again,
    /// so that a probe that never comes back holds up nobody for good.
    pub(super) fn admits(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed { .. } => true,
            State::Open { until } if now >= until => {
                *state = State::Open { until: now + REST };
                true
            }
            State::Open { .. } => false,
        }
    }

    pub(super) fn succeeded(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    pub(super) fn failed(&self, now: Timestamp) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match *state {
            State::Closed { failures } if failures + 1 < FAILURES => State::Closed {
                failures: failures + 1,
            },
            State::Closed { .. } | State::Open { .. } => State::Open { until: now + REST },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_000_000_000);

    fn opened() -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert!(breaker.admits(START));
            breaker.failed(START);
        }
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it() {
        assert!(!opened().admits(START));
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let breaker = Breaker::default();
        for _ in 0..FAILURES * 3 {
            breaker.failed(START);
            breaker.succeeded();
        }
        assert!(breaker.admits(START));
    }

    #[test]
    fn after_a_rest_one_call_tries() {
        let breaker = opened();
        let later = START + REST;
        assert!(breaker.admits(later));
        assert!(!breaker.admits(later), "only one");
        breaker.failed(later);
        assert!(!breaker.admits(later));
        assert!(breaker.admits(later + REST));
        breaker.succeeded();
        assert!(breaker.admits(later + REST) && breaker.admits(later + REST));
    }

    #[test]
    fn a_probe_that_never_comes_back_does_not_close_it_for_good() {
        let breaker = opened();
        assert!(breaker.admits(START + REST));
        assert!(breaker.admits(START + REST + REST));
    }
}
