//! Writing and reading envelopes.

use proptest::prelude::*;
use serde_json::{Value, json};
use shared_events::{
    AnyMessage, DecodeError, Envelope, MessageId, OrderCancelled, OrderId, PaymentFailed,
    RawEnvelope, Service, Timestamp, attributes, samples, schema,
};
use uuid::Uuid;

/// The sample of this name as it travels.
fn wire(name: &str) -> Value {
    let message = samples::find(name).expect("there is such a message");
    let sender = schema::sender(message.descriptor());
    serde_json::from_str(&samples::envelope(sender, message).encode()).expect("we write JSON")
}

fn decode(value: &Value) -> Result<Envelope, DecodeError> {
    Envelope::decode(value.to_string().as_bytes())
}

/// `OrderPlaced` with this attribute changed, or taken away if it is null.
fn changed(attribute: &str, value: Value) -> Result<Envelope, DecodeError> {
    let mut wire = wire("OrderPlaced");
    match value {
        Value::Null => remove(&mut wire, attribute),
        value => wire[attribute] = value,
    }
    decode(&wire)
}

fn remove(object: &mut Value, field: &str) {
    object
        .as_object_mut()
        .expect("it is an object")
        .remove(field);
}

#[test]
fn unknown_attributes_and_fields_are_ignored() {
    let mut wire = wire("OrderPlaced");
    let known = decode(&wire).unwrap();
    wire["tenant"] = json!("eu");
    wire["data"]["giftWrap"] = json!({ "paper": "blue" });
    wire["data"]["lines"][0]["colour"] = json!("green");
    wire["data"]["total"]["rounded"] = json!(true);
    assert_eq!(decode(&wire), Ok(known));
}

#[test]
fn unknown_fields_are_ignored_beside_the_echo_of_a_saga_too() {
    let mut wire = wire("StockReserved");
    let known = decode(&wire).unwrap();
    wire["data"]["warehouse"] = json!(["north", { "shelf": 7 }]);
    assert_eq!(decode(&wire), Ok(known));
}

#[test]
fn an_echo_is_whole_or_absent() {
    let whole = wire("StockReserved");
    let mut without = whole.clone();
    for field in ["sagaId", "step", "attempt"] {
        let mut broken = whole.clone();
        remove(&mut broken["data"], field);
        assert!(
            matches!(decode(&broken), Err(DecodeError::BadData { .. })),
            "without {field}"
        );
        remove(&mut without["data"], field);
    }
    let decoded = decode(&without).unwrap();
    assert_eq!(decoded.data.saga_ref(), None);
}

#[test]
fn an_unknown_type_is_an_error_that_names_it() {
    for unknown in [
        "com.revcart.order.OrderTeleported.v1",
        "com.revcart.payment.OrderPlaced.v2",
        "com.revcart.order.OrderPlaced.v2.1",
        "com.revcart.order.OrderPlaced.v-1",
        "com.revcart.OrderPlaced.v2",
        "org.example.order.OrderPlaced.v2",
        "OrderPlaced",
        "",
    ] {
        assert_eq!(
            changed("type", json!(unknown)),
            Err(DecodeError::UnknownType(unknown.to_owned()))
        );
    }
}

#[test]
fn an_unknown_version_is_an_error_that_names_the_newest_known() {
    for version in [0, 3, 99] {
        let error = DecodeError::UnknownVersion {
            name: "OrderPlaced",
            version,
            newest: 2,
        };
        let wire_type = format!("com.revcart.order.OrderPlaced.v{version}");
        assert_eq!(changed("type", json!(wire_type)), Err(error));
    }
}

#[test]
fn what_is_not_json_is_told_from_what_is_not_an_envelope() {
    for text in [
        "",
        "{",
        "nonsense",
        "{\"specversion\":\"1.0\"",
        "\u{feff}{}",
    ] {
        assert!(
            matches!(
                Envelope::decode(text.as_bytes()),
                Err(DecodeError::NotJson(_))
            ),
            "{text:?}"
        );
    }
    assert!(matches!(
        Envelope::decode(&[0xff, 0xfe, 0x00]),
        Err(DecodeError::NotJson(_))
    ));
    for text in ["{}", "[]", "null", "7", "\"text\""] {
        assert!(
            matches!(
                Envelope::decode(text.as_bytes()),
                Err(DecodeError::NotCloudEvents(_))
            ),
            "{text:?}"
        );
    }
}

#[test]
fn every_required_attribute_is_required_and_checked() {
    for attribute in [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "correlationid",
        "data",
    ] {
        let result = changed(attribute, Value::Null);
        assert!(
            matches!(result, Err(DecodeError::NotCloudEvents(_))),
            "{attribute}: {result:?}"
        );
    }
    for (attribute, bad) in [
        ("specversion", json!("0.3")),
        ("id", json!("42")),
        ("source", json!("/revcart/oracle-service")),
        ("time", json!("yesterday")),
        ("datacontenttype", json!("text/xml")),
        ("causationid", json!(7)),
    ] {
        let result = changed(attribute, bad);
        assert!(
            matches!(result, Err(DecodeError::NotCloudEvents(_))),
            "{attribute}: {result:?}"
        );
    }
    for optional in [
        "datacontenttype",
        "dataschema",
        "causationid",
        "traceparent",
        "tracestate",
    ] {
        assert!(changed(optional, Value::Null).is_ok(), "{optional}");
    }
}

#[test]
fn bad_data_are_an_error_that_says_where_and_what() {
    let mut wire = wire("OrderPlaced");
    wire["data"]["lines"][0]["quantity"] = json!(0);
    let Err(DecodeError::BadData { id, path, reason }) = decode(&wire) else {
        panic!("a quantity of zero is read");
    };
    assert_eq!(
        (id, path.as_str()),
        ("order.OrderPlaced.v2", "lines[0].quantity")
    );
    assert!(
        reason.starts_with("a quantity is between 1 and 1000000"),
        "{reason}"
    );
}

#[test]
fn a_subject_of_its_own_is_what_a_new_message_belongs_to() {
    let order = OrderId::new();
    let message = OrderCancelled {
        order_id: order,
        ..match samples::find("OrderCancelled") {
            Some(AnyMessage::OrderCancelled(sample)) => sample,
            other => panic!("{other:?}"),
        }
    };
    let envelope = Envelope::new(Service::Order, samples::noon(), message);
    assert_eq!(envelope.subject, order.to_string());
    assert_eq!(envelope.correlation_id, order.to_string());
    assert_eq!(envelope.causation_id, None);
}

#[test]
fn attributes_say_what_a_filter_and_a_triage_need() {
    let envelope = samples::envelope(Service::Order, samples::find("OrderPlaced").unwrap());
    let beside = envelope.attributes();
    assert_eq!(beside.get(attributes::EVENT_TYPE), Some("OrderPlaced"));
    assert_eq!(beside.get(attributes::EVENT_VERSION), Some("2"));
    assert_eq!(
        beside.get(attributes::CORRELATION_ID),
        Some(envelope.correlation_id.as_str())
    );
    assert_eq!(
        beside.get(attributes::TRACEPARENT),
        envelope.traceparent.as_deref()
    );
    let untraced = Envelope {
        traceparent: None,
        ..envelope
    };
    assert_eq!(untraced.attributes().len(), 3);
}

#[test]
fn a_message_by_itself_and_as_any_message_is_the_same_text() {
    let message = PaymentFailed {
        is_final: true,
        ..match samples::find("PaymentFailed") {
            Some(AnyMessage::PaymentFailed(sample)) => sample,
            other => panic!("{other:?}"),
        }
    };
    let alone = samples::envelope(Service::Payment, message);
    assert!(alone.encode().contains("\"final\":true"));
    assert_eq!(alone.clone().map(AnyMessage::from).encode(), alone.encode());
}

#[test]
fn a_raw_envelope_keeps_what_nobody_here_knows() {
    let mut wire = wire("OrderPlaced");
    wire["type"] = json!("com.revcart.order.OrderTeleported.v7");
    wire["source"] = json!("/revcart/portal-service");
    wire["data"] = json!({ "to": [1.50, "mars"] });
    let raw = RawEnvelope::decode(wire.to_string().as_bytes()).unwrap();
    assert_eq!((raw.name(), raw.version()), ("OrderTeleported", Some(7)));
    assert_eq!(raw.source, "/revcart/portal-service");
    assert_eq!(raw.data.get(), wire["data"].to_string());
    assert!(matches!(raw.open(), Err(DecodeError::UnknownType(_))));
}

#[test]
fn a_raw_envelope_of_a_known_message_opens_to_the_same_envelope() {
    for message in samples::messages() {
        let sender = schema::sender(message.descriptor());
        let envelope = samples::envelope(sender, message);
        let raw = RawEnvelope::decode(envelope.encode().as_bytes()).unwrap();
        assert_eq!(raw.open(), Ok(envelope));
    }
}

proptest! {
    #[test]
    fn any_envelope_is_read_back_as_it_was_written(
        id: u128,
        cause: Option<u128>,
        micros in Timestamp::MIN.micros()..=Timestamp::MAX.micros(),
        subject: String,
        correlation: String,
        traceparent: Option<String>,
        tracestate: Option<String>,
        source in prop::sample::select(&Service::ALL[..]),
        message in prop::sample::select(samples::messages()),
    ) {
        let envelope = Envelope {
            id: MessageId::from_uuid(Uuid::from_u128(id)),
            source,
            subject,
            time: Timestamp::from_micros(micros),
            correlation_id: correlation,
            causation_id: cause.map(|cause| MessageId::from_uuid(Uuid::from_u128(cause))),
            traceparent,
            tracestate,
            data: message,
        };
        prop_assert_eq!(Envelope::decode(envelope.encode().as_bytes()), Ok(envelope));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text: Vec<u8>, cut in 0_usize..2_000, flip: u8) {
        let _ = Envelope::decode(&text);
        let mut known = wire("AssignDelivery").to_string().into_bytes();
        let at = cut % known.len();
        known[at] ^= flip;
        let _ = Envelope::decode(&known);
        known.truncate(at);
        prop_assert!(Envelope::decode(&known).is_err());
    }
}
