//! What stands in the broker's file: everything that is read from it.

use std::sync::Arc;

use rusqlite::{Connection, Row};
use shared_events::{Attributes, MessageId, Timestamp};
use uuid::Uuid;

use super::routes::number;
use super::schema::QueueIds;
use super::stored::Stored;
use crate::bus::{Peeked, Position, QueueKind, QueueRef, Visibility};

/// A message that a queue has.
pub(super) struct Entry {
    pub(super) seq: u64,
    pub(super) queue: usize,
    pub(super) receives: u32,
    pub(super) visible_at: Timestamp,
}

/// Calls `each` for all that is in the queues, in the order of arrival; returns the highest number ever given that is still there.
pub(super) fn entries(
    connection: &Connection,
    ids: &QueueIds,
    mut each: impl FnMut(Entry),
) -> rusqlite::Result<u64> {
    let mut all =
        connection.prepare("SELECT seq, queue, receives, visible_at FROM entries ORDER BY seq")?;
    let mut rows = all.query([])?;
    let mut highest = 0;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)?.unsigned_abs();
        highest = seq;
        // Entries of queues that the topology has no more stay where they are.
        if let Some(queue) = ids.queue(row.get(1)?) {
            each(Entry {
                seq,
                queue,
                receives: row.get(2)?,
                visible_at: Timestamp::from_micros(row.get(3)?),
            });
        }
    }
    Ok(highest)
}

const MESSAGE: &str = "SELECT e.seq, m.id, m.sent_at, m.attributes, m.body, e.why, e.receives, e.visible_at, e.dead_since
FROM entries e JOIN messages m ON m.seq = e.seq";

/// One message as one queue has it: parameters seq, queue.
fn one_message() -> String {
    format!("{MESSAGE} WHERE e.seq = ?1 AND e.queue = ?2")
}

/// A page of messages: parameters queue, seq before the first, limit. Dead letters are few among many and have an index.
fn page_of_messages(kind: QueueKind) -> String {
    let dead = match kind {
        QueueKind::Main => "",
        QueueKind::DeadLetter => "AND e.dead_since IS NOT NULL",
    };
    format!("{MESSAGE} WHERE e.queue = ?1 AND e.seq > ?2 {dead} ORDER BY e.seq LIMIT ?3")
}

/// Reads the bodies of these messages of one queue, in order, for as long as `wanted` says.
pub(super) fn bodies(
    connection: &Connection,
    queue: i64,
    seqs: &[u64],
    mut wanted: impl FnMut(&Stored) -> bool,
) -> rusqlite::Result<Bodies> {
    let mut statement = connection.prepare_cached(&one_message())?;
    let mut bodies = Bodies {
        read: Vec::with_capacity(seqs.len()),
        done: 0,
    };
    for seq in seqs {
        let mut rows = statement.query([seq.cast_signed(), queue])?;
        bodies.done += 1;
        let Some(row) = rows.next()? else {
            continue;
        };
        let message = stored(row)?;
        let more = wanted(&message);
        bodies.read.push((*seq, Arc::new(message)));
        if !more {
            break;
        }
    }
    Ok(bodies)
}

/// What has been read back.
pub(super) struct Bodies {
    pub(super) read: Vec<(u64, Arc<Stored>)>,
    /// How many numbers that settles: some may be of messages that are gone.
    pub(super) done: usize,
}

/// The message in a row of the statements above.
fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let mut attributes = parse(row.get_ref(3)?.as_str()?);
    if let Some(why) = row.get_ref(5)?.as_str_or_null()? {
        let why = parse(why);
        attributes.extend(why.iter().map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(Stored {
        id: MessageId::from_uuid(Uuid::from_bytes(row.get(1)?)),
        sent_at: Timestamp::from_micros(row.get(2)?),
        body: row.get_ref(4)?.as_str()?.into(),
        attributes: attributes.into(),
    })
}

/// The same, with what can be seen of its place in the queue.
fn peeked(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Peeked> {
    let message = stored(row)?;
    let receive_count = row.get(6)?;
    let visible_at = Timestamp::from_micros(row.get(7)?);
    let dead_since: Option<i64> = row.get(8)?;
    Ok(Peeked {
        position: Position(row.get::<_, i64>(0)?.unsigned_abs()),
        id: message.id,
        body: message.body,
        attributes: message.attributes,
        receive_count,
        sent_at: message.sent_at,
        dead_since: dead_since.map(Timestamp::from_micros),
        visibility: visibility(receive_count, visible_at, now),
    })
}

/// An entry with a time to come is in somebody's hand, or has been delayed if nobody ever had it in hand.
pub(super) fn visibility(receives: u32, visible_at: Timestamp, now: Timestamp) -> Visibility {
    match (visible_at > now, receives) {
        (false, _) => Visibility::Visible,
        (true, 0) => Visibility::Delayed(visible_at),
        (true, _) => Visibility::InFlight(visible_at),
    }
}

/// A page of a queue, for looking.
pub(super) fn page(
    connection: &Connection,
    ids: &QueueIds,
    page: &Page,
    now: Timestamp,
) -> rusqlite::Result<Vec<Peeked>> {
    let mut statement = connection.prepare_cached(&page_of_messages(page.queue.kind))?;
    let after = page.after.map_or(0, |position| position.0.cast_signed());
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let queue = ids.id(number(page.queue));
    let rows = statement.query_map([queue, after, limit], |row| peeked(row, now))?;
    rows.collect()
}

/// Which part of which queue to look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) queue: QueueRef,
    pub(super) after: Option<Position>,
    pub(super) limit: usize,
}

/// When a message was published, if it is still there.
pub(super) fn sent_at(connection: &Connection, seq: u64) -> rusqlite::Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached("SELECT sent_at FROM messages WHERE seq = ?1")?;
    let mut rows = statement.query([seq.cast_signed()])?;
    rows.next()?
        .map(|row| Ok(Timestamp::from_micros(row.get(0)?)))
        .transpose()
}

/// We wrote them ourselves. Should they be damaged all the same, the message is worth more than its attributes.
fn parse(attributes: &str) -> Attributes {
    serde_json::from_str(attributes).unwrap_or_else(|error| {
        tracing::error!(%error, "the attributes of a message are damaged");
        Attributes::new()
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::schema;
    use super::*;

    fn plan(statement: &str) -> String {
        let (connection, _) = schema::open(Path::new(":memory:"), "OFF").unwrap();
        let mut explained = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
            .unwrap();
        let steps = explained.raw_query();
        let steps: Vec<String> = steps.mapped(|row| row.get(3)).map(Result::unwrap).collect();
        steps.join("; ")
    }

    #[test]
    fn dead_letters_are_found_by_their_index() {
        let plan = plan(&page_of_messages(QueueKind::DeadLetter));
        assert!(plan.contains("USING INDEX dead_letters"), "{plan}");
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP"), "{plan}");
    }

    #[test]
    fn a_page_of_a_queue_begins_where_the_last_one_ended() {
        let plan = plan(&page_of_messages(QueueKind::Main));
        assert!(plan.contains("USING PRIMARY KEY (seq>?)"), "{plan}");
        assert!(!plan.contains("TEMP"), "{plan}");
    }

    #[test]
    fn bodies_are_read_back_by_number() {
        let plan = plan(&one_message());
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
