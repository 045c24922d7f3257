//! The reading thread: fetches bodies that memory had no room for, and answers whoever looks into a queue.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use rusqlite::Connection;
use shared_events::Timestamp;
use tokio::sync::oneshot;

use super::content::{self, Page};
use super::queue::Load;
use super::schema::QueueIds;
use super::shared::Shared;
use crate::bus::Peeked;

/// Bodies that are fetched even if there is no room: somebody waits for them.
const AT_LEAST: usize = 16;
/// How long to wait before trying again what could not be read.
const PAUSE: Duration = Duration::from_millis(500);

/// What can be asked of the reading thread.
#[derive(Debug)]
pub(super) enum Request {
    /// Fetch bodies and put them where receivers find them.
    Load { queue: usize, load: Load },
    /// A page of a queue.
    Page {
        page: Page,
        answer: oneshot::Sender<Result<Vec<Peeked>, String>>,
    },
    /// When a message was published, if it is still there.
    SentAt {
        seq: u64,
        answer: oneshot::Sender<Result<Option<Timestamp>, String>>,
    },
    /// End.
    Stop,
}

/// The reading thread's own.
pub(super) struct Reader<'a> {
    pub(super) shared: &'a Shared,
    pub(super) connection: Connection,
    pub(super) ids: QueueIds,
    pub(super) requests: Receiver<Request>,
}

impl Reader<'_> {
    /// Serves requests until told to stop.
    pub(super) fn run(self) {
        let mut failed = Vec::new();
        loop {
            let request = if failed.is_empty() {
                self.requests.recv().map_err(RecvTimeoutError::from)
            } else {
                self.requests.recv_timeout(PAUSE)
            };
            match request {
                Ok(Request::Load { queue, load }) => failed.extend(self.fetch(queue, load)),
                Ok(Request::Page { page, answer }) => {
                    let now = self.shared.clock.now();
                    let page = content::page(&self.connection, &self.ids, &page, now);
                    let _ = answer.send(page.map_err(|error| error.to_string()));
                }
                Ok(Request::SentAt { seq, answer }) => {
                    let sent_at = content::sent_at(&self.connection, seq);
                    let _ = answer.send(sent_at.map_err(|error| error.to_string()));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let again = std::mem::take(&mut failed).into_iter();
                    failed.extend(again.filter_map(|(queue, load)| self.fetch(queue, load)));
                }
                Ok(Request::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Reads as much as there is room for; gives the load back if it has to be tried again.
    fn fetch(&self, queue: usize, load: Load) -> Option<(usize, Load)> {
        let (mut bytes, mut count) = (0, 0);
        let bodies = content::bodies(
            &self.connection,
            self.ids.id(queue),
            &load.seqs,
            |message| {
                bytes += message.size();
                count += 1;
                bytes < load.bytes || count < AT_LEAST
            },
        );
        match bodies {
            Ok(bodies) => {
                let unread = &load.seqs[bodies.done..];
                let queue = &self.shared.queues[queue];
                queue.state().loaded(load.purges, bodies.read, unread);
                // Everybody, for even who has no time to wait waits for this.
                queue.arrived.notify_waiters();
                None
            }
            Err(error) => {
                tracing::error!(%error, queue = %self.shared.queues[queue].name, "the broker cannot read its file; trying again");
                Some((queue, load))
            }
        }
    }
}
