//! Who looks on: the open connections of each user in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use shared_events::UserId;
use tokio::sync::broadcast;

/// Messages that wait for one slow reader; then it misses some and is told to read the list.
const WAITING: usize = 64;

/// Hands notifications to whoever looks on.
#[derive(Default)]
pub(crate) struct Live {
    users: Mutex<HashMap<UserId, broadcast::Sender<Arc<str>>>>,
}

impl Live {
    /// What `user` is told from now on.
    pub(crate) fn watch(&self, user: UserId) -> broadcast::Receiver<Arc<str>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        users
            .entry(user)
            .or_insert_with(|| broadcast::channel(WAITING).0)
            .subscribe()
    }

    /// Tells `user`, if they look on.
    pub(crate) fn tell(&self, user: UserId, text: &str) {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = users.get(&user)
            && sender.send(text.into()).is_err()
        {
            users.remove(&user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_on_is_told_and_who_left_is_forgotten() {
        let live = Live::default();
        let (ann, bob) = (UserId::new(), UserId::new());
        let mut watching = live.watch(ann);
        live.tell(ann, "hello");
        live.tell(bob, "nobody there");
        assert_eq!(&*watching.try_recv().unwrap(), "hello");
        drop(watching);
        live.tell(ann, "too late");
        assert!(live.users.lock().unwrap().is_empty());
    }
}
