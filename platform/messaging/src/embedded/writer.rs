//! The storage thread: writes everything that has gathered as one transaction, then lets it take effect and answers.
//!
//! The only writer of the file. A transaction with a publish, a dead letter or a purge is made durable before anybody is
//! told; receive counts and deletions alone are written without waiting for the disk: they survive the process, and a
//! machine that crashes costs a redelivery.

mod statements;

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::mailbox::{Arrival, Batch, Job, Letter};
use super::schema::QueueIds;
use super::shared::Shared;
use statements::Statements;

/// How long to wait before trying again what could not be written.
const PAUSE: Duration = Duration::from_millis(500);

/// The broker's file, opened for writing.
pub(super) struct OpenFile {
    pub(super) connection: Connection,
    pub(super) ids: QueueIds,
    /// The number of the next message.
    pub(super) next_seq: u64,
    /// Whether a commit can be made to wait for the disk.
    pub(super) durable: bool,
}

/// Writes until the mailbox is closed and empty.
pub(super) struct Writer<'a> {
    shared: &'a Shared,
    statements: Statements<'a>,
    next_seq: u64,
}

impl<'a> Writer<'a> {
    pub(super) fn new(shared: &'a Shared, file: &'a OpenFile) -> rusqlite::Result<Self> {
        Ok(Self {
            shared,
            statements: Statements::prepare(file)?,
            next_seq: file.next_seq,
        })
    }

    pub(super) fn run(mut self) {
        while let Some(batch) = self.shared.mailbox.take() {
            let first_seq = self.next_seq;
            match self.write(&batch) {
                Ok(()) => self.take_effect(batch, first_seq),
                Err(error) => {
                    tracing::error!(%error, "the broker cannot write to its file");
                    self.statements.roll_back();
                    self.next_seq = first_seq;
                    self.refuse(batch, &error.to_string());
                }
            }
        }
    }

    fn write(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        let durable = batch
            .jobs
            .iter()
            .any(|job| !matches!(job, Job::Flush { .. }));
        self.statements.begin(durable)?;
        for job in &batch.jobs {
            match job {
                Job::Publish { arrivals, .. } => {
                    for arrival in arrivals {
                        self.statements.insert(self.next_seq, arrival)?;
                        self.next_seq += 1;
                    }
                }
                Job::DeadLetter { queue, letters, .. } => {
                    let now = self.shared.clock.now();
                    for letter in letters {
                        self.statements.dead_letter(*queue, letter, now)?;
                    }
                }
                Job::Purge { queue, .. } => self.statements.purge(*queue)?,
                Job::Flush { .. } => {}
            }
        }
        self.statements.settle(&batch.marks, &batch.gone)?;
        self.statements.commit()
    }

    fn take_effect(&self, batch: Batch, first_seq: u64) {
        let mut seq = first_seq;
        for job in batch.jobs {
            let answer = match job {
                Job::Publish {
                    arrivals,
                    answer,
                    room,
                } => {
                    self.arrive(&arrivals, seq);
                    seq += arrivals.len() as u64;
                    drop(room);
                    answer
                }
                Job::DeadLetter {
                    queue,
                    letters,
                    answer,
                } => {
                    self.die(queue, &letters);
                    answer
                }
                Job::Purge { queue, answer } => {
                    self.shared.queues[queue].state().purge();
                    answer
                }
                Job::Flush { answer } => answer,
            };
            // Whoever asked may have gone away.
            let _ = answer.send(Ok(()));
        }
    }

    fn arrive(&self, arrivals: &[Arrival], first_seq: u64) {
        let now = self.shared.clock.now();
        let everywhere = arrivals
            .iter()
            .map(|arrival| arrival.queues)
            .reduce(|all, some| all.union(some))
            .unwrap_or_default();
        for queue in everywhere.iter() {
            let mut state = self.shared.queues[queue].state();
            for (arrival, seq) in arrivals.iter().zip(first_seq..) {
                if arrival.queues.contains(queue) {
                    state.arrive(
                        seq,
                        Arc::clone(&arrival.message),
                        arrival.delayed_until,
                        now,
                    );
                }
            }
            drop(state);
            self.shared.queues[queue].arrived.notify_one();
        }
    }

    /// Letters leave their queue and lie in the next one, that of its dead letters.
    fn die(&self, queue: usize, letters: &[Letter]) {
        let mut state = self.shared.queues[queue].state();
        let moved = letters.iter().filter(|letter| state.left(letter.seq));
        let moved: Vec<_> = moved.collect();
        drop(state);
        let grave = &self.shared.queues[queue + 1];
        let mut state = grave.state();
        for letter in moved {
            state.arrive_stored(letter.seq, letter.receives, None);
        }
        drop(state);
        grave.arrived.notify_one();
    }

    /// Nothing of the batch has happened: whoever waits is told, the rest is tried again.
    fn refuse(&self, batch: Batch, why: &str) {
        for job in batch.jobs {
            let answer = match job {
                Job::Publish { answer, .. } | Job::Purge { answer, .. } | Job::Flush { answer } => {
                    answer
                }
                Job::DeadLetter {
                    queue,
                    letters,
                    answer,
                } => {
                    let mut state = self.shared.queues[queue].state();
                    letters.iter().for_each(|letter| state.stay(letter.seq));
                    answer
                }
            };
            let _ = answer.send(Err(why.to_owned()));
        }
        self.shared.mailbox.put_back(batch.marks, batch.gone, PAUSE);
    }
}
