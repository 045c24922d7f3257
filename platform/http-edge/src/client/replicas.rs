//! The replicas of a service: each is used in its turn, and one that refuses connections is left out for a while.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a replica that refused a connection is not asked, as long as there are others.
const REST: Duration = Duration::from_secs(3);

/// All replicas of one service, as this process sees them.
#[derive(Debug)]
pub(crate) struct Replicas {
    all: Vec<Replica>,
    next: AtomicUsize,
}

/// One address, without a slash at its end.
#[derive(Debug)]
pub(crate) struct Replica {
    pub(crate) url: String,
    rests_until: Mutex<Option<Instant>>,
}

impl Replicas {
    pub(crate) fn new(urls: Vec<String>) -> Self {
        let replica = |url| Replica {
            url,
            rests_until: Mutex::new(None),
        };
        Self {
            all: urls.into_iter().map(replica).collect(),
            next: AtomicUsize::new(0),
        }
    }

    /// All of them, beginning with the one whose turn it is. Those that rest come last: when nobody else is left, asking
    /// them is better than asking nobody.
    pub(crate) fn in_turn(&self) -> impl Iterator<Item = &Replica> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let turn = move |step: usize| &self.all[first.wrapping_add(step) % self.all.len()];
        let now = Instant::now();
        let (resting, ready): (Vec<_>, Vec<_>) = (0..self.all.len())
            .map(turn)
            .partition(|replica| replica.rests(now));
        ready.into_iter().chain(resting)
    }

    /// The addresses, in the order in which they were given.
    pub(crate) fn urls(&self) -> impl Iterator<Item = String> {
        self.all.iter().map(|replica| replica.url.clone())
    }
}

impl Replica {
    /// It refused a connection.
    pub(crate) fn refused(&self) {
        *self.lock() = Some(Instant::now() + REST);
    }

    /// It answered.
    pub(crate) fn answered(&self) {
        *self.lock() = None;
    }

    fn rests(&self, now: Instant) -> bool {
        self.lock().is_some_and(|until| now < until)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Replicas {
        Replicas::new(["a", "b", "c"].map(str::to_owned).to_vec())
    }

    fn order(replicas: &Replicas) -> Vec<&str> {
        replicas
            .in_turn()
            .map(|replica| replica.url.as_str())
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn each_has_its_turn() {
        let replicas = three();
        let firsts: Vec<_> = (0..6).map(|_| order(&replicas)[0]).collect();
        assert_eq!(firsts, ["a", "b", "c", "a", "b", "c"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_refused_comes_last_for_a_while() {
        let replicas = three();
        replicas.all[0].refused();
        assert_eq!(order(&replicas), ["b", "c", "a"]);
        tokio::time::advance(REST).await;
        assert_eq!(order(&replicas), ["b", "c", "a"]);
        assert_eq!(order(&replicas), ["c", "a", "b"]);
        assert_eq!(order(&replicas), ["a", "b", "c"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_answers_again_has_its_turn_at_once() {
        let replicas = three();
        replicas.all[1].refused();
        replicas.all[1].answered();
        order(&replicas);
        assert_eq!(order(&replicas), ["b", "c", "a"]);
    }

    #[test]
    fn no_replica_is_no_turn() {
        assert_eq!(order(&Replicas::new(Vec::new())).len(), 0);
    }
}
