use shared_events::{Destination, Service};

use super::*;

fn message(attributes: Attributes, body: &str) -> OutgoingMessage {
    OutgoingMessage {
        id: MessageId::new(),
        destination: Destination::Queue(Service::Cart),
        body: body.into(),
        attributes,
    }
}

fn many(count: usize) -> Attributes {
    let names = (0..count).map(|number| (format!("own_{number}"), "value"));
    names.collect()
}

fn arrived(pairs: &[(&str, &str)], body: &str) -> Arrived {
    let mut message = Message::builder()
        .message_id("0199aa00-0000-7000-8000-0000000000aa")
        .receipt_handle("handle")
        .body(body)
        .attributes(System::ApproximateReceiveCount, "3")
        .attributes(System::SentTimestamp, "1800000000123");
    for (name, value) in pairs {
        let value = crate::sqs::publish::text(*value);
        message = message.message_attributes(*name, value);
    }
    Arrived::read(message.build()).expect("it has a receipt")
}

fn held(attributes: Attributes, body: &str) -> Held {
    let mut held = arrived(&[], body).held;
    held.attributes = Arc::new(attributes);
    held
}

#[test]
fn the_id_travels_where_there_is_room() {
    let small = message(many(9), "{}");
    let sent = outgoing(&small);
    assert_eq!(sent.last(), Some(&(MESSAGE_ID, small.id.to_string())));
    assert_eq!(sent.len(), MOST_ATTRIBUTES);
    let counted: usize = sent.iter().map(|(n, v)| attribute_size(n, v)).sum();
    assert_eq!(wire_size(&small), small.body.len() + counted);

    let adorned = message(many(10), "{}");
    assert_eq!(outgoing(&adorned).len(), MOST_ATTRIBUTES);
    let large = message(Attributes::new(), &"x".repeat(LARGEST_MESSAGE));
    assert!(outgoing(&large).is_empty());
    assert_eq!(wire_size(&large), LARGEST_MESSAGE);
}

#[test]
fn a_message_is_read_with_its_counts_and_without_what_is_only_on_the_wire() {
    let id = MessageId::new().to_string();
    let message = arrived(
        &[
            ("zebra", "z"),
            (DLQ_RECEIVE_COUNT, "5"),
            (MESSAGE_ID, &id),
            (EVENT_VERSION, "1"),
            (EVENT_TYPE, "OrderPlaced"),
        ],
        "{}",
    );
    assert_eq!(message.held.id.to_string(), id);
    assert_eq!(message.held.receive_count, 3);
    assert_eq!(message.earlier_receives, 5);
    assert_eq!(message.sent_at.micros(), 1_800_000_000_123_000);
    let names: Vec<_> = message.held.attributes.iter().map(|(n, _)| n).collect();
    assert_eq!(names, [EVENT_TYPE, EVENT_VERSION, "zebra"]);
}

#[test]
fn a_message_without_id_is_known_by_its_envelope_or_by_what_sqs_calls_it() {
    let id = MessageId::new();
    let enveloped = arrived(&[], &format!(r#"{{"id":"{id}","data":{{}}}}"#));
    assert_eq!(enveloped.held.id, id);
    let by_hand = arrived(&[(MESSAGE_ID, "nonsense")], "hello");
    assert_eq!(by_hand.held.id.to_string(), by_hand.held.message_id);
}

#[test]
fn a_dead_letter_has_its_own_attributes_and_why() {
    let own = Attributes::new().with(EVENT_TYPE, "OrderPlaced");
    let why = Attributes::new()
        .with(DLQ_REASON, "bell \u{7}")
        .with(DLQ_CONSUMER, "");
    let letter = dead_letter(&held(own, "{}"), &why);
    assert_eq!(letter.get(EVENT_TYPE), Some("OrderPlaced"));
    assert_eq!(letter.get(DLQ_REASON), Some("bell \u{fffd}"));
    assert_eq!(letter.get(DLQ_CONSUMER), None, "attributes are not empty");
    assert_eq!(letter.get(DLQ_RECEIVE_COUNT), Some("3"));
    assert!(letter.get(MESSAGE_ID).is_some());
}

#[test]
fn of_too_many_attributes_the_least_important_are_left_out_and_named() {
    let own = many(8)
        .with(EVENT_TYPE, "OrderPlaced")
        .with(TRACEPARENT, "00");
    let why = Attributes::new()
        .with(DLQ_REASON, "no such order")
        .with(DLQ_ERROR_CLASS, "permanent");
    let letter = dead_letter(&held(own, "{}"), &why);
    assert_eq!(letter.len(), MOST_ATTRIBUTES);
    for kept in [
        EVENT_TYPE,
        TRACEPARENT,
        MESSAGE_ID,
        DLQ_ERROR_CLASS,
        "own_0",
    ] {
        assert!(letter.get(kept).is_some(), "{kept}");
    }
    assert_eq!(
        letter.get(DLQ_REASON),
        Some("no such order (attributes left out: own_7, own_6, own_5, own_4)")
    );
}

#[test]
fn a_reason_that_is_too_long_is_cut_to_what_fits() {
    let body = "x".repeat(LARGEST_MESSAGE - 1000);
    let why = Attributes::new().with(DLQ_REASON, "größer ".repeat(500));
    let letter = dead_letter(&held(Attributes::new(), &body), &why);
    let attributes = letter.iter().map(|(n, v)| attribute_size(n, v));
    let size = body.len() + attributes.sum::<usize>();
    assert!(
        (LARGEST_MESSAGE - 3..=LARGEST_MESSAGE).contains(&size),
        "{size}"
    );
    assert!(letter.get(DLQ_REASON).unwrap().starts_with("größer "));
}
