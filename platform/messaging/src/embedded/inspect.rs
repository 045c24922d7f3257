//! Looking into a broker's file from outside, whether or not a process owns it.

use std::path::PathBuf;

use revcart_runtime::Clock;
use rusqlite::Connection;
use shared_events::Timestamp;

use super::content::{self, Page};
use super::error::OpenError;
use super::schema::{self, QueueIds};
use super::storage;
use crate::bus::{Depth, Peeked, Position, QueueRef, Visibility};

/// A view of a broker's file that changes nothing. What the owner has not yet written, deletions of the last
/// milliseconds for example, it does not see.
#[derive(Debug)]
pub struct Inspector {
    path: PathBuf,
    connection: Connection,
    ids: QueueIds,
    clock: Clock,
}

impl Inspector {
    pub(super) fn open(path: PathBuf, clock: Clock) -> Result<Self, OpenError> {
        let failed = OpenError::database(&path);
        let connection = schema::open_reader(&path).map_err(&failed)?;
        let ids = QueueIds::read(&connection).map_err(&failed)?;
        Ok(Self {
            path,
            connection,
            ids,
            clock,
        })
    }

    /// How much waits in the queue.
    ///
    /// # Errors
    /// [`OpenError::Database`] when the file cannot be read.
    pub fn depth(&self, queue: impl Into<QueueRef>) -> Result<Depth, OpenError> {
        let wanted = queue.into();
        let depths = self.depths()?;
        Ok(depths
            .into_iter()
            .find_map(|(queue, depth)| (queue == wanted).then_some(depth))
            .unwrap_or_default())
    }

    /// How much waits in every queue; one pass over the file.
    ///
    /// # Errors
    /// [`OpenError::Database`] when the file cannot be read.
    pub fn depths(&self) -> Result<Vec<(QueueRef, Depth)>, OpenError> {
        let mut depths: Vec<_> = QueueRef::all()
            .map(|queue| (queue, Depth::default(), None::<u64>))
            .collect();
        let now = self.clock.now();
        let counted = content::entries(&self.connection, &self.ids, |entry| {
            let (_, depth, oldest) = &mut depths[entry.queue];
            oldest.get_or_insert(entry.seq);
            match content::visibility(entry.receives, entry.visible_at, now) {
                Visibility::Visible => depth.visible += 1,
                Visibility::InFlight(_) => depth.in_flight += 1,
                Visibility::Delayed(_) => depth.delayed += 1,
            }
        });
        counted.map_err(OpenError::database(&self.path))?;
        depths
            .into_iter()
            .map(|(queue, mut depth, oldest)| {
                depth.oldest = oldest
                    .map(|seq| self.sent_at(seq))
                    .transpose()?
                    .flatten()
                    .map(|sent_at| now - sent_at);
                Ok((queue, depth))
            })
            .collect()
    }

    /// Up to `limit` messages of the queue after a position, oldest first.
    ///
    /// # Errors
    /// [`OpenError::Database`] when the file cannot be read.
    pub fn peek(
        &self,
        queue: impl Into<QueueRef>,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Peeked>, OpenError> {
        let page = Page {
            queue: queue.into(),
            after,
            limit,
        };
        content::page(&self.connection, &self.ids, &page, self.clock.now())
            .map_err(OpenError::database(&self.path))
    }

    /// Whether a process owns the file now. The look is over in microseconds; a broker that is opened within them finds its
    /// file in use.
    pub fn is_owned(&self) -> bool {
        storage::is_locked(&self.path)
    }

    fn sent_at(&self, seq: u64) -> Result<Option<Timestamp>, OpenError> {
        content::sent_at(&self.connection, seq).map_err(OpenError::database(&self.path))
    }
}
