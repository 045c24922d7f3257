//! Who looks on: the open connections of each user in this process.
//!
//! What this process has committed is told here and to the other replicas. What another replica has said and was not heard is
//! found by a look at the list ([`crate::jobs`]), which comes every so often and at once when there was a gap: so nobody misses
//! a notification while they look on, and nobody is told one twice. What stands in no list (a flash) is only ever said.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use revcart_http_edge::Shared;
use revcart_http_edge::host::Wake;
use revcart_http_edge::shared::{Heard, Topic};
use shared_events::{NotificationId, UserId};
use tokio::sync::broadcast;

use crate::domain::News;

/// Messages that wait for one slow reader; with one more the connection is given up, and the reader may take up where it was.
pub(crate) const WAITING: usize = 64;
/// Connections of one user in one process.
const MOST_CONNECTIONS: usize = 32;
/// Notifications of one user that are remembered as told.
const REMEMBERED: usize = 256;

/// Hands notifications to whoever looks on.
pub(crate) struct Live {
    users: Users,
    others: Topic<News>,
}

type Users = Arc<Mutex<HashMap<UserId, Watched>>>;

/// What a connection is told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Where it stands in the list, if it does.
    pub(crate) notice: Option<NotificationId>,
    /// As it goes over the WebSocket.
    pub(crate) text: Arc<str>,
}

/// A user who looks on.
struct Watched {
    connections: broadcast::Sender<Told>,
    told: VecDeque<NotificationId>,
}

impl Live {
    /// Nobody looks on yet. `look` is woken when something that another replica said may not have been heard.
    pub(crate) fn new(shared: &Shared, look: Wake) -> Self {
        let users = Users::default();
        let here = Arc::downgrade(&users);
        let others = shared.topic("notifications", move |heard| {
            let Some(here) = here.upgrade() else {
                return;
            };
            match heard {
                Heard::Message(news) => show(&here, &news),
                Heard::Gap => look.wake(),
            }
        });
        Self { users, others }
    }

    /// What `user` is told from now on; `known` is the end of their list as it was before. `None` if they look on too often.
    pub(crate) fn watch(
        &self,
        user: UserId,
        known: Vec<NotificationId>,
    ) -> Option<broadcast::Receiver<Told>> {
        let mut users = lock(&self.users);
        if let Some(watched) = users.get(&user) {
            match watched.connections.receiver_count() {
                0 => {}
                MOST_CONNECTIONS.. => return None,
                _ => return Some(watched.connections.subscribe()),
            }
        }
        let (connections, connection) = broadcast::channel(WAITING);
        let told = known.into();
        users.insert(user, Watched { connections, told });
        Some(connection)
    }

    /// Tells it to its user, if they look on here or in another replica. Only for what has been committed; never blocks.
    pub(crate) fn tell(&self, news: &News) {
        self.others.say(news);
        self.found(news);
    }

    /// Tells it to its user, if they look on here and have not been told.
    pub(crate) fn found(&self, news: &News) {
        show(&self.users, news);
    }

    /// Who looks on here.
    pub(crate) fn watched(&self) -> Vec<UserId> {
        let mut users = lock(&self.users);
        users.retain(|_, watched| watched.connections.receiver_count() > 0);
        users.keys().copied().collect()
    }
}

fn show(users: &Users, news: &News) {
    let mut users = lock(users);
    let Some(watched) = users.get_mut(&news.user) else {
        return;
    };
    if let Some(notice) = news.notice {
        if watched.told.contains(&notice) {
            return;
        }
        if watched.told.len() >= REMEMBERED {
            watched.told.pop_front();
        }
        watched.told.push_back(notice);
    }
    let told = Told {
        notice: news.notice,
        text: news.text.as_str().into(),
    };
    if watched.connections.send(told).is_err() {
        users.remove(&news.user);
    }
}

fn lock(users: &Users) -> MutexGuard<'_, HashMap<UserId, Watched>> {
    users.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> Live {
        Live::new(&Shared::Memory, Wake::default())
    }

    fn news(user: UserId, notice: Option<NotificationId>, text: &str) -> News {
        let text = text.to_owned();
        News { user, notice, text }
    }

    #[test]
    fn who_looks_on_is_told_and_who_left_is_forgotten() {
        let live = live();
        let (ann, bob) = (UserId::new(), UserId::new());
        let mut watching = live.watch(ann, Vec::new()).unwrap();
        live.tell(&news(ann, None, "hello"));
        live.tell(&news(bob, None, "nobody there"));
        assert_eq!(&*watching.try_recv().unwrap().text, "hello");
        assert_eq!(live.watched(), [ann]);
        drop(watching);
        live.tell(&news(ann, None, "too late"));
        assert!(lock(&live.users).is_empty());
    }

    #[test]
    fn nobody_is_told_twice_and_nobody_what_was_there_before() {
        let live = live();
        let (ann, old, new) = (UserId::new(), NotificationId::new(), NotificationId::new());
        drop(live.watch(ann, Vec::new()));
        let mut watching = live.watch(ann, vec![old]).unwrap();
        live.found(&news(ann, Some(old), "old"));
        live.tell(&news(ann, Some(new), "new"));
        live.found(&news(ann, Some(new), "new"));
        assert_eq!(&*watching.try_recv().unwrap().text, "new");
        assert!(watching.try_recv().is_err());
    }

    #[test]
    fn a_user_looks_on_so_many_times_and_no_more() {
        let live = live();
        let ann = UserId::new();
        let mut watching: Vec<_> = (0..MOST_CONNECTIONS)
            .map(|_| live.watch(ann, Vec::new()).unwrap())
            .collect();
        assert!(live.watch(ann, Vec::new()).is_none());
        assert!(live.watch(UserId::new(), Vec::new()).is_some());
        watching.pop();
        assert!(live.watch(ann, Vec::new()).is_some());
    }

    #[test]
    fn what_is_remembered_as_told_is_bounded() {
        let live = live();
        let ann = UserId::new();
        let _watching = live.watch(ann, Vec::new());
        for _ in 0..2 * REMEMBERED {
            live.found(&news(ann, Some(NotificationId::new()), "x"));
        }
        assert_eq!(lock(&live.users)[&ann].told.len(), REMEMBERED);
    }
}
