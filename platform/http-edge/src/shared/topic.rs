//! News from replica to replica, as Redis publishes it: at most once, in no order, and not while it is away. So what is said here
//! only makes things faster; whoever listens has a way to find out by themselves, and takes it when told of a [`Heard::Gap`].

use std::collections::{BTreeMap, VecDeque};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use revcart_runtime::telemetry::names;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::{Notify, watch};

use super::Shared;

/// Messages that wait to be published; beyond them the oldest is dropped.
const MOST_WAITING: usize = 4096;

/// What comes over a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard<M> {
    /// Another replica has said this.
    Message(M),
    /// Something may have been said and not been heard: look yourself.
    Gap,
}

/// Says messages to the other replicas.
pub struct Topic<M> {
    saying: Option<(Arc<Topics>, Arc<str>)>,
    message: PhantomData<fn(M)>,
}

impl Shared {
    /// The topic `name`, the same in all replicas of a service. `hear` is called with what others say (never with what this
    /// process says itself) and must not block.
    pub fn topic<M>(&self, name: &str, hear: impl Fn(Heard<M>) + Send + Sync + 'static) -> Topic<M>
    where
        M: Serialize + DeserializeOwned,
    {
        let saying = match self {
            Self::Memory => None,
            Self::Redis(redis) => {
                let channel: Arc<str> = redis.connection.key(format_args!("news:{name}")).into();
                redis
                    .topics
                    .listen(&channel, Box::new(move |line| hear(heard(line))));
                Some((Arc::clone(&redis.topics), channel))
            }
        };
        Topic {
            saying,
            message: PhantomData,
        }
    }
}

/// What cannot be read was said by another version of this program: a gap.
fn heard<M: DeserializeOwned>(line: Option<&RawValue>) -> Heard<M> {
    line.and_then(|line| serde_json::from_str(line.get()).ok())
        .map_or(Heard::Gap, Heard::Message)
}

impl<M: Serialize> Topic<M> {
    /// A topic on which nobody listens.
    pub fn silent() -> Self {
        Self {
            saying: None,
            message: PhantomData,
        }
    }

    /// Says it to the other replicas, soon; never blocks. Only for what has been committed.
    pub fn say(&self, message: &M) {
        if let Some((topics, channel)) = &self.saying {
            let line = serde_json::value::to_raw_value(message).expect("messages are plain data");
            topics.put(Arc::clone(channel), line);
        }
    }
}

impl<M> Clone for Topic<M> {
    fn clone(&self) -> Self {
        Self {
            saying: self.saying.clone(),
            message: PhantomData,
        }
    }
}

type Hear = Box<dyn Fn(Option<&RawValue>) + Send + Sync>;

/// All topics of a process: what waits to be published, and who hears what.
pub(super) struct Topics {
    /// Tells this process from the others.
    pub(super) origin: u64,
    begun: AtomicBool,
    waiting: Mutex<VecDeque<(Arc<str>, Box<RawValue>)>>,
    pub(super) something_waits: Notify,
    listeners: Mutex<BTreeMap<Arc<str>, Hear>>,
    /// How many channels are listened to.
    pub(super) channels: watch::Sender<usize>,
}

impl Default for Topics {
    fn default() -> Self {
        Self {
            origin: rand::random(),
            begun: AtomicBool::new(false),
            waiting: Mutex::default(),
            something_waits: Notify::new(),
            listeners: Mutex::default(),
            channels: watch::Sender::new(0),
        }
    }
}

impl Topics {
    /// True for the first call only.
    pub(super) fn begin(&self) -> bool {
        !self.begun.swap(true, Ordering::AcqRel)
    }

    fn listen(&self, channel: &Arc<str>, hear: Hear) {
        let mut listeners = self.listeners();
        listeners.insert(Arc::clone(channel), hear);
        self.channels.send_replace(listeners.len());
    }

    /// What is to be subscribed to.
    pub(super) fn names(&self) -> Vec<String> {
        self.listeners()
            .keys()
            .map(|name| name.to_string())
            .collect()
    }

    /// Hands what was said on a channel to whoever listens; `None` stands for a gap.
    pub(super) fn hear(&self, channel: &str, line: Option<&RawValue>) {
        if let Some(hear) = self.listeners().get(channel) {
            hear(line);
        }
    }

    /// Tells all who listen that they may have missed something.
    pub(super) fn gap(&self) {
        self.listeners().values().for_each(|hear| hear(None));
    }

    fn put(&self, channel: Arc<str>, line: Box<RawValue>) {
        let mut waiting = self.waiting();
        let repeats =
            |(last, said): &(Arc<str>, Box<RawValue>)| *last == channel && said.get() == line.get();
        if waiting.back().is_some_and(repeats) {
            return;
        }
        if waiting.len() >= MOST_WAITING {
            waiting.pop_front();
            metrics::counter!(names::NEWS_DROPPED).increment(1);
        }
        waiting.push_back((channel, line));
        drop(waiting);
        self.something_waits.notify_one();
    }

    /// Up to `most` of what waits, by channel.
    pub(super) fn take(&self, most: usize) -> BTreeMap<Arc<str>, Vec<Box<RawValue>>> {
        let mut waiting = self.waiting();
        let count = waiting.len().min(most);
        let mut by_channel: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (channel, line) in waiting.drain(..count) {
            by_channel.entry(channel).or_default().push(line);
        }
        by_channel
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(Arc<str>, Box<RawValue>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listeners(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Hear>> {
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Topics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Topics")
            .field("names", &self.names())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Box<RawValue> {
        serde_json::value::to_raw_value(text).unwrap()
    }

    #[test]
    fn what_waits_is_bounded_and_the_oldest_goes() {
        let topics = Topics::default();
        let channel: Arc<str> = "a".into();
        for n in 0..MOST_WAITING + 3 {
            topics.put(Arc::clone(&channel), line(&n.to_string()));
        }
        let waiting = topics.take(usize::MAX).remove("a").unwrap();
        assert_eq!(waiting.len(), MOST_WAITING);
        assert_eq!(waiting[0].get(), "\"3\"");
    }

    #[test]
    fn the_same_again_is_said_once() {
        let topics = Topics::default();
        let (one, other): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        topics.put(Arc::clone(&one), line("x"));
        topics.put(Arc::clone(&one), line("x"));
        topics.put(other, line("x"));
        topics.put(one, line("x"));
        let lengths: Vec<_> = topics
            .take(usize::MAX)
            .into_values()
            .map(|lines| lines.len())
            .collect();
        assert_eq!(lengths, [2, 1]);
    }

    #[test]
    fn what_another_version_said_counts_as_a_gap() {
        assert_eq!(heard::<u32>(Some(&line("seven"))), Heard::Gap);
        assert_eq!(
            heard::<String>(Some(&line("seven"))),
            Heard::Message("seven".to_owned())
        );
    }
}
