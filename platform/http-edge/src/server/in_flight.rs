//! The idempotency keys that are being worked on in this process.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::idempotency::Scope;

/// Keys in hand. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight {
    keys: Arc<Mutex<HashSet<(Scope, String)>>>,
}

impl InFlight {
    /// Takes the key in hand until the guard is dropped; `None` if it is already.
    pub(crate) fn begin(&self, scope: &Scope, key: &str) -> Option<Guard> {
        let entry = (scope.clone(), key.to_owned());
        let begun = self
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(entry.clone());
        begun.then(|| Guard {
            in_flight: self.clone(),
            entry,
        })
    }
}

/// Holds a key; lets it go when dropped, however the request ends.
#[derive(Debug)]
pub(crate) struct Guard {
    in_flight: InFlight,
    entry: (Scope, String),
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.in_flight
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_in_hand_once_and_free_again_after() {
        let in_flight = InFlight::default();
        let (one, other) = (
            Scope::new("user:1", "POST", "/a"),
            Scope::new("user:2", "POST", "/a"),
        );
        let guard = in_flight.begin(&one, "k");
        assert!(guard.is_some());
        assert!(in_flight.begin(&one, "k").is_none());
        assert!(
            in_flight.begin(&other, "k").is_some(),
            "another identity's key is another key"
        );
        drop(guard);
        assert!(in_flight.begin(&one, "k").is_some());
    }
}
