//! Every statement that changes the broker's file, prepared once.

use rusqlite::{Connection, Statement, params};
use shared_events::Timestamp;

use super::super::mailbox::{Arrival, Gone, Letter, Mark};
use super::super::schema::QueueIds;
use super::OpenFile;

pub(super) struct Statements<'a> {
    connection: &'a Connection,
    ids: QueueIds,
    begin: Statement<'a>,
    commit: Statement<'a>,
    insert_message: Statement<'a>,
    insert_entry: Statement<'a>,
    mark: Statement<'a>,
    delete_entry: Statement<'a>,
    delete_message: Statement<'a>,
    dead_letter: Statement<'a>,
    /// Whether transactions can be asked to reach the disk at all, and whether the next one would.
    can_sync: bool,
    syncs: bool,
    /// Attributes as JSON, the same buffer for all.
    text: Vec<u8>,
}

impl<'a> Statements<'a> {
    pub(super) fn prepare(file: &'a OpenFile) -> rusqlite::Result<Self> {
        let connection = &file.connection;
        Ok(Self {
            connection,
            ids: file.ids,
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            insert_message: connection.prepare("INSERT INTO messages (seq, id, sent_at, attributes, body) VALUES (?1, ?2, ?3, ?4, ?5)")?,
            insert_entry: connection.prepare("INSERT INTO entries (seq, queue, visible_at) VALUES (?1, ?2, ?3)")?,
            mark: connection.prepare("UPDATE entries SET receives = ?3, visible_at = ?4 WHERE seq = ?1 AND queue = ?2")?,
            delete_entry: connection.prepare("DELETE FROM entries WHERE seq = ?1 AND queue = ?2")?,
            delete_message: connection.prepare("DELETE FROM messages WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM entries WHERE seq = ?1)")?,
            dead_letter: connection
                .prepare("UPDATE entries SET queue = ?3, receives = ?4, visible_at = 0, dead_since = ?5, why = ?6 WHERE seq = ?1 AND queue = ?2")?,
            can_sync: file.durable,
            syncs: file.durable,
            text: Vec::new(),
        })
    }

    /// Begins a transaction whose commit waits for the disk if it is `durable`.
    pub(super) fn begin(&mut self, durable: bool) -> rusqlite::Result<()> {
        if self.can_sync && durable != self.syncs {
            self.connection.pragma_update(
                None,
                "synchronous",
                if durable { "FULL" } else { "NORMAL" },
            )?;
            self.syncs = durable;
        }
        self.begin.execute([]).map(drop)
    }

    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        self.commit.execute([]).map(drop)
    }

    pub(super) fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "the broker cannot roll back");
        }
    }

    /// Writes a message and the queues that it goes to.
    pub(super) fn insert(&mut self, seq: u64, arrival: &Arrival) -> rusqlite::Result<()> {
        let message = &arrival.message;
        self.text.clear();
        serde_json::to_writer(&mut self.text, &*message.attributes)
            .expect("a map of strings is JSON");
        let attributes = std::str::from_utf8(&self.text).expect("JSON is UTF-8");
        let (seq, id) = (seq.cast_signed(), message.id.as_uuid());
        self.insert_message.execute(params![
            seq,
            id.as_bytes().as_slice(),
            message.sent_at.micros(),
            attributes,
            &*message.body
        ])?;
        // Zero and not now, so that a clock set back hides nothing.
        let visible_at = arrival.delayed_until.map_or(0, Timestamp::micros);
        for queue in arrival.queues.iter() {
            self.insert_entry
                .execute([seq, self.ids.id(queue), visible_at])?;
        }
        Ok(())
    }

    /// Moves an entry to the dead letters.
    pub(super) fn dead_letter(
        &mut self,
        queue: usize,
        letter: &Letter,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        let why = serde_json::to_string(&letter.why).expect("a map of strings is JSON");
        let (from, to) = (self.ids.id(queue), self.ids.id(queue + 1));
        self.dead_letter.execute(params![
            letter.seq.cast_signed(),
            from,
            to,
            letter.receives,
            now.micros(),
            why
        ])?;
        Ok(())
    }

    /// Empties a queue, and deletes the messages that no other queue has.
    pub(super) fn purge(&mut self, queue: usize) -> rusqlite::Result<()> {
        let queue = [self.ids.id(queue)];
        self.connection.execute(
            "DELETE FROM messages WHERE seq IN (SELECT seq FROM entries WHERE queue = ?1)
             AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.seq = messages.seq AND queue <> ?1)",
            queue,
        )?;
        self.connection
            .execute("DELETE FROM entries WHERE queue = ?1", queue)?;
        Ok(())
    }

    /// Writes receive counts and deletions. What is received and deleted within one batch is only deleted.
    pub(super) fn settle(&mut self, marks: &[Mark], gone: &[Gone]) -> rusqlite::Result<()> {
        let mut gone = gone.to_vec();
        gone.sort_unstable();
        for mark in marks {
            let (seq, queue) = (mark.seq, mark.queue);
            if gone.binary_search(&Gone { seq, queue }).is_err() {
                self.mark.execute(params![
                    seq.cast_signed(),
                    self.ids.id(queue),
                    mark.receives,
                    mark.until.micros()
                ])?;
            }
        }
        for gone in &gone {
            self.delete_entry
                .execute([gone.seq.cast_signed(), self.ids.id(gone.queue)])?;
        }
        gone.dedup_by_key(|gone| gone.seq);
        for gone in &gone {
            self.delete_message.execute([gone.seq.cast_signed()])?;
        }
        Ok(())
    }
}
