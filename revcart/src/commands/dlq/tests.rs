use revcart_messaging::{Position, Visibility};
use shared_events::Attributes;

use super::*;

fn letter(reason: &str, dead_since: i64, body: &str) -> Peeked {
    let attributes = Attributes::new()
        .with(attributes::EVENT_TYPE, "RequestPayment")
        .with(attributes::DLQ_ERROR_CLASS, "permanent")
        .with(attributes::DLQ_REASON, reason.to_owned());
    Peeked {
        position: Position(1),
        id: MessageId::new(),
        body: body.into(),
        attributes: attributes.into(),
        receive_count: 5,
        sent_at: Timestamp::from_micros(0),
        dead_since: Some(Timestamp::from_micros(dead_since)),
        visibility: Visibility::Visible,
    }
}

#[test]
fn dead_letters_of_one_cause_are_one_group_with_its_ages() {
    let [first, second, third] = [30, 10, 20].map(|since| letter("no such user", since, "{}"));
    let mut groups = Groups::default();
    for letter in [&first, &second, &third] {
        groups.add(Service::Payment, letter);
    }
    groups.add(Service::Payment, &letter("other", 5, "{}"));
    groups.add(Service::Order, &letter("no such user", 5, "{}"));
    let groups = groups.by_size();
    assert_eq!(groups.len(), 3);
    let largest = &groups[0];
    assert_eq!((largest.count, largest.example), (3, second.id));
    assert_eq!((largest.oldest.micros(), largest.newest.micros()), (10, 30));
    let json = serde_json::to_value(largest).unwrap();
    assert_eq!(json["service"], "payment-service");
    assert_eq!(json["errorClass"], "permanent");
    assert_eq!(json["eventType"], "RequestPayment");
}

#[test]
fn a_dead_letter_is_shown_without_its_secrets() {
    let queue = QueueRef::dead_letters(Service::Payment);
    let body = r#"{"data":{"paymentToken":"tok_1","amount":1}}"#;
    let shown = in_full(queue, &letter("declined", 1, body));
    assert_eq!(shown.body["data"]["paymentToken"], "[redacted]");
    assert_eq!(shown.body["data"]["amount"], 1);
    let broken = in_full(
        queue,
        &letter("paymentToken: \"tok_1\"", 1, r#"{"paymentToken":"tok_1"#),
    );
    let text = serde_json::to_string(&broken).unwrap();
    assert!(!text.contains("tok_1"), "{text}");
}

#[test]
fn a_body_that_is_no_json_is_shown_as_it_came() {
    let queue = QueueRef::dead_letters(Service::Order);
    let shown = in_full(queue, &letter("not JSON", 1, "garbage"));
    assert_eq!(shown.body, Value::String("garbage".to_owned()));
}
