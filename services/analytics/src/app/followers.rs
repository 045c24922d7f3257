//! Who follows the log live, here and in other replicas. They are told that there is something new and read it themselves, so
//! nothing is kept for anybody who is slow.

use std::sync::Arc;

use revcart_http_edge::Shared;
use revcart_http_edge::shared::Topic;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// All who follow; bounded.
pub(crate) struct Followers {
    news: watch::Sender<()>,
    room: Arc<Semaphore>,
    others: Topic<()>,
}

/// One who follows, until dropped.
pub(crate) struct Follower {
    news: watch::Receiver<()>,
    _room: OwnedSemaphorePermit,
}

impl Followers {
    /// Room for so many.
    pub(crate) fn new(most: usize, shared: &Shared) -> Self {
        let news = watch::Sender::new(());
        let woken = news.clone();
        Self {
            news,
            room: Arc::new(Semaphore::new(most)),
            // Whatever is said, and whatever was not heard: those who follow look for themselves.
            others: shared.topic("log", move |_| woken.send_replace(())),
        }
    }

    /// Starts to follow; `None` when there is no room.
    pub(crate) fn follow(&self) -> Option<Follower> {
        let room = Arc::clone(&self.room).try_acquire_owned().ok()?;
        Some(Follower {
            news: self.news.subscribe(),
            _room: room,
        })
    }

    /// Says that this process has added to the log.
    pub(crate) fn tell(&self) {
        self.others.say(&());
        self.wake();
    }

    /// Says that there is something new in the log, to those who follow here.
    pub(crate) fn wake(&self) {
        self.news.send_replace(());
    }

    /// Whether anybody follows.
    pub(crate) fn any(&self) -> bool {
        self.news.receiver_count() > 0
    }
}

impl Follower {
    /// Waits for something new since the last time.
    pub(crate) async fn news(&mut self) {
        // The sender lives in the service, for as long as it has routes.
        if self.news.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
