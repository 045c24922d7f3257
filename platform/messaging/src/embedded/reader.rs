//! The reading thread: fetches bodies that memory had no room for, and answers whoever looks into a queue.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use rusqlite::{Connection, params};
use shared_events::Timestamp;
use tokio::sync::oneshot;

use super::queue::Load;
use super::schema::{self, QueueIds};
use super::shared::Shared;
use super::stored::Stored;
use crate::bus::{Peeked, Position};

/// Bodies that are fetched even if there is no room: somebody waits for them.
const AT_LEAST: usize = 16;

/// What can be asked of the reading thread.
#[derive(Debug)]
pub(super) enum Request {
    /// Fetch bodies and put them where receivers find them.
    Load { queue: usize, load: Load },
    /// A page of a queue.
    Page {
        queue: usize,
        after: Option<Position>,
        limit: usize,
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

/// Serves requests until told to stop.
pub(super) fn run(
    shared: &Shared,
    connection: &Connection,
    ids: QueueIds,
    requests: &Receiver<Request>,
) {
    while let Ok(request) = requests.recv() {
        match request {
            Request::Load { queue, load } => fetch(shared, connection, ids, queue, load),
            Request::Page {
                queue,
                after,
                limit,
                answer,
            } => {
                let page =
                    schema::page(connection, ids.id(queue), after, limit, shared.clock.now());
                let _ = answer.send(page.map_err(|error| error.to_string()));
            }
            Request::SentAt { seq, answer } => {
                let _ = answer
                    .send(schema::sent_at(connection, seq).map_err(|error| error.to_string()));
            }
            Request::Stop => return,
        }
    }
}

fn fetch(shared: &Shared, connection: &Connection, ids: QueueIds, queue: usize, load: Load) {
    let mut read = Vec::with_capacity(load.seqs.len());
    let done = read_bodies(connection, ids.id(queue), &load, &mut read).unwrap_or_else(|error| {
        tracing::error!(%error, queue = %shared.queues[queue].name, "the broker cannot read its file");
        read.len()
    });
    let queue = &shared.queues[queue];
    let mut state = queue.state();
    state.loaded(load.purges, read, &load.seqs[done..]);
    drop(state);
    // Everybody, for even who has no time to wait waits for this.
    queue.arrived.notify_waiters();
}

/// Reads as much as there is room for; returns how many numbers are done with.
fn read_bodies(
    connection: &Connection,
    queue: i64,
    load: &Load,
    read: &mut Vec<(u64, Arc<Stored>)>,
) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached(&schema::one_message())?;
    let mut bytes = 0;
    for (done, seq) in load.seqs.iter().enumerate() {
        if bytes >= load.bytes && done >= AT_LEAST {
            return Ok(done);
        }
        let mut rows = statement.query(params![seq.cast_signed(), queue])?;
        if let Some(row) = rows.next()? {
            let message = schema::stored(row)?;
            bytes += message.size();
            read.push((*seq, Arc::new(message)));
        }
    }
    Ok(load.seqs.len())
}
