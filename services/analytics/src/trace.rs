//! The timeline of an order: what the log has of it, and how that is put into one order with what other services have on record.

use std::collections::HashMap;

pub use revcart_http_edge::trace::Record;
use revcart_persistence::Database;
use serde::Deserialize;
use shared_events::{MessageId, OrderId, Timestamp};

use crate::store::events::{self, Logged};
use crate::store::{Error, order_numbers};

/// The events of an order, causes before what they caused: titles like `OrderPlaced v2`, as detail what the event says as JSON.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let events = events::of_order(database, order).await?;
    Ok(merge(events.into_iter().map(record).collect()))
}

/// The order that has this number.
///
/// # Errors
/// When the database cannot be read.
pub async fn order_by_number(database: &Database, number: &str) -> Result<Option<OrderId>, Error> {
    order_numbers::find(database, number).await
}

/// Puts records into one order: by time, but nothing before its cause, whatever the clocks say. What happened at the same
/// time stays as given.
#[must_use]
pub fn merge(records: Vec<Record>) -> Vec<Record> {
    let places = places(&records);
    let mut placed: Vec<_> = places.into_iter().zip(records).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, record)| record).collect()
}

/// When a record happened as far as its causes tell, and how many of them happened at that same time.
type Place = (Timestamp, usize);

fn places(records: &[Record]) -> Vec<Place> {
    let mut by_id: HashMap<MessageId, usize> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        by_id.extend(record.message_id.map(|id| (id, index)));
    }
    let cause = |record: &Record| by_id.get(&record.caused_by?).copied();
    let mut places: Vec<Place> = records.iter().map(|record| (record.at, 0)).collect();
    // Every round settles one more link of the longest chain; a circle of causes, which nobody sends, ends with the rounds.
    for _ in 0..records.len() {
        let mut moved = false;
        for (index, record) in records.iter().enumerate() {
            let Some((at, links)) = cause(record).map(|cause| places[cause]) else {
                continue;
            };
            if places[index] <= (at, links) {
                places[index] = (at, links + 1);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    places
}

/// The number of the order, if one of these records of it tells.
pub(crate) fn number(records: &[Record]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Placed {
        order_number: String,
    }
    let placed = records
        .iter()
        .filter(|record| record.title.starts_with("OrderPlaced "))
        .find_map(|record| serde_json::from_str::<Placed>(&record.detail).ok());
    placed.map(|placed| placed.order_number)
}

fn record(logged: Logged) -> Record {
    let event = logged.entry;
    let version = event
        .message_type
        .rsplit_once(".v")
        .map(|(_, version)| version);
    Record {
        at: event.time,
        service: event
            .source
            .strip_prefix("/revcart/")
            .unwrap_or(&event.source)
            .to_owned(),
        kind: "event".to_owned(),
        title: match version {
            Some(version) if event.name != event.message_type => {
                format!("{} v{version}", event.name)
            }
            Some(_) | None => event.name,
        },
        detail: event.data,
        message_id: Some(event.id),
        caused_by: event.causation_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(title: &str, at: i64, cause: Option<&Record>) -> Record {
        Record {
            at: Timestamp::from_micros(at),
            service: "order-service".to_owned(),
            kind: "event".to_owned(),
            title: title.to_owned(),
            detail: String::new(),
            message_id: Some(MessageId::new()),
            caused_by: cause.and_then(|cause| cause.message_id),
        }
    }

    fn titles(records: Vec<Record>) -> Vec<String> {
        merge(records)
            .into_iter()
            .map(|record| record.title)
            .collect()
    }

    #[test]
    fn nothing_stands_before_its_cause_however_the_clocks_differ() {
        let placed = record("placed", 100, None);
        let reserved = record("reserved", 40, Some(&placed));
        let paid = record("paid", 40, Some(&reserved));
        let other = record("other", 99, None);
        let later = record("later", 101, None);
        let shuffled = vec![paid, later, reserved, other, placed];
        let expected = ["other", "placed", "reserved", "paid", "later"];
        assert_eq!(titles(shuffled), expected);
    }

    #[test]
    fn what_has_no_known_cause_stands_by_its_time_as_given() {
        let mut orphan = record("orphan", 5, None);
        orphan.caused_by = Some(MessageId::new());
        let records = vec![record("b", 7, None), record("c", 7, None), orphan];
        assert_eq!(titles(records), ["orphan", "b", "c"]);
    }

    #[test]
    fn a_circle_of_causes_comes_to_an_end() {
        let mut first = record("first", 1, None);
        let second = record("second", 2, Some(&first));
        first.caused_by = second.message_id;
        assert_eq!(titles(vec![first, second]).len(), 2);
    }
}
