//! Answers that go on: who follows what, and requests for `text/event-stream`.
//!
//! A commit of this process tells its followers what it made of the thing they follow ([`Followers::tell`]); what another process
//! commits is found by one poll for all that is followed ([`Followers::seen`], [`Followers::found`]), never by one poll per
//! request. With [`Followers::across`] a commit also tells the other replicas which thing has which version now, and where
//! somebody follows that thing and has seen less, the poll comes at once. So what travels is a key and a number: nobody's data,
//! nothing that another version of the program could misread, nothing that has to be believed; and if it is lost, the poll
//! comes in its own time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::FromRequestParts;
use http::header::ACCEPT;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::context::RequestContext;
use crate::host::Wake;
use crate::problem::Problem;
use crate::shared::{Heard, Shared, Topic};

/// The things that somebody follows, at most so many at a time. Clones are the same register.
pub struct Followers<K, V> {
    most: usize,
    followed: Register<K, V>,
    others: Topic<(K, i64)>,
}

type Register<K, V> = Arc<Mutex<HashMap<K, Followed<V>>>>;

struct Followed<V> {
    followers: usize,
    latest: watch::Sender<Option<News<V>>>,
}

/// What became of a thing: the higher version is the later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News<V> {
    /// Its version.
    pub version: i64,
    /// The thing.
    pub value: V,
}

/// Somebody follows something, until this is dropped.
pub struct Following<K: Eq + Hash, V> {
    key: K,
    latest: watch::Receiver<Option<News<V>>>,
    register: Followers<K, V>,
}

impl<K, V> Followers<K, V>
where
    K: Clone + Eq + Hash + Serialize,
    V: Clone,
{
    /// A register of at most `most` things, for this process alone.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            followed: Arc::default(),
            others: Topic::silent(),
        }
    }

    /// One register of several, one in each replica: what one is told has the poll (`look`) of the others come at once, where
    /// somebody follows it. `name` tells it from the other registers of the system.
    pub fn across(most: usize, shared: &Shared, name: &str, look: Wake) -> Self
    where
        K: DeserializeOwned + Send + 'static,
        V: Send + Sync + 'static,
    {
        let followed: Register<K, V> = Arc::default();
        // Not the register itself, which holds the topic.
        let here = Arc::downgrade(&followed);
        let others = shared.topic(name, move |heard| {
            let Some(here) = here.upgrade() else {
                return;
            };
            let here = here.lock().unwrap_or_else(PoisonError::into_inner);
            let is_news = match heard {
                Heard::Gap => !here.is_empty(),
                Heard::Message((key, version)) => here
                    .get(&key)
                    .is_some_and(|followed| followed.version() < Some(version)),
            };
            if is_news {
                look.wake();
            }
        });
        Self {
            most,
            followed,
            others,
        }
    }

    /// Starts to follow; 503 `UNAVAILABLE` when too much is followed already.
    pub fn follow(&self, key: K) -> Result<Following<K, V>, Problem> {
        let mut all = self.all();
        if !all.contains_key(&key) && all.len() >= self.most {
            return Err(Problem::unavailable(
                "too much is being followed at the moment",
            ));
        }
        let followed = all.entry(key.clone()).or_insert_with(|| Followed {
            followers: 0,
            latest: watch::Sender::new(None),
        });
        followed.followers += 1;
        Ok(Following {
            key,
            latest: followed.latest.subscribe(),
            register: self.clone(),
        })
    }

    /// Whether anybody follows this: tells whether news of it is worth the making.
    pub fn wants(&self, key: &K) -> bool {
        self.all().contains_key(key)
    }

    /// Hands news that this process has committed to those who follow it, here and in other replicas. Never blocks.
    pub fn tell(&self, key: &K, version: i64, value: V) {
        self.others.say(&(key.clone(), version));
        self.found(key, version, value);
    }

    /// Hands what the poll has found to those who follow it here. What is older than what they have seen is dropped.
    pub fn found(&self, key: &K, version: i64, value: V) {
        if let Some(followed) = self.all().get(key) {
            followed.latest.send_if_modified(|latest| {
                let is_newer = latest.as_ref().is_none_or(|seen| seen.version < version);
                if is_newer {
                    *latest = Some(News { version, value });
                }
                is_newer
            });
        }
    }

    /// What is followed, with the version last told (`None`: nothing yet), for the poll that finds what others have committed.
    pub fn seen(&self) -> HashMap<K, Option<i64>> {
        self.all()
            .iter()
            .map(|(key, followed)| (key.clone(), followed.version()))
            .collect()
    }
}

impl<V> Followed<V> {
    /// The version last told.
    fn version(&self) -> Option<i64> {
        self.latest.borrow().as_ref().map(|news| news.version)
    }
}

impl<K: Eq + Hash, V> Followers<K, V> {
    fn all(&self) -> MutexGuard<'_, HashMap<K, Followed<V>>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Clone for Followers<K, V> {
    fn clone(&self) -> Self {
        Self {
            most: self.most,
            followed: Arc::clone(&self.followed),
            others: self.others.clone(),
        }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Following<K, V> {
    /// The next news; skips what has been overtaken. Never ends if there is none.
    pub async fn news(&mut self) -> News<V> {
        loop {
            // The sender lives in the register for as long as this follows.
            if self.latest.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(news) = self.latest.borrow_and_update().clone() {
                return news;
            }
        }
    }

    /// What is followed.
    pub fn key(&self) -> &K {
        &self.key
    }
}

impl<K: Eq + Hash, V> Drop for Following<K, V> {
    fn drop(&mut self) {
        let mut all = self.register.all();
        if let Some(followed) = all.get_mut(&self.key) {
            followed.followers -= 1;
            if followed.followers == 0 {
                all.remove(&self.key);
            }
        }
    }
}

/// Whether the client wants to be told as it happens (`Accept: text/event-stream`), and from where on. A request that
/// streams is exempt from the time limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventStream {
    /// Whether a stream is wanted.
    pub wanted: bool,
    /// The number in `Last-Event-ID`, which a client that has lost its stream sends when it comes back.
    pub last_event: Option<usize>,
}

impl<S: Send + Sync> FromRequestParts<S> for EventStream {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let is_stream = |kind: &str| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("text/event-stream")
        };
        let wanted = parts
            .headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(is_stream);
        if wanted {
            RequestContext::of(parts)?.take_time();
        }
        let last_event = parts.headers.get("last-event-id");
        let last_event = last_event.and_then(|value| value.to_str().ok());
        Ok(Self {
            wanted,
            last_event: last_event.and_then(|id| id.trim().parse().ok()),
        })
    }
}

#[cfg(test)]
mod tests;
