//! The golden files: what was published once is read for ever.

use serde_json::Value;
use shared_events::{
    AnyMessage, Envelope, Message, NotificationSentV1, OrderPlacedV1, SendNotificationV1,
    Superseded, catalogue, catalogue::Purpose, samples, schema,
};

use crate::committed;

/// The message that a golden file has to become.
fn expected(id: &str) -> AnyMessage {
    match id {
        OrderPlacedV1::ID => samples::order_placed_v1().upcast().into(),
        NotificationSentV1::ID => samples::notification_sent_v1().upcast().into(),
        SendNotificationV1::ID => samples::send_notification_v1().upcast().into(),
        _ => {
            let name = id.split('.').nth(1).expect("ids have three words");
            samples::find(name).expect("every message has a sample")
        }
    }
}

#[test]
fn every_golden_file_is_read_as_what_was_meant() {
    for (id, text) in committed::texts("golden") {
        let envelope =
            Envelope::decode(text.as_bytes()).unwrap_or_else(|error| panic!("{id}: {error}"));
        let descriptor = catalogue::ALL
            .iter()
            .find(|descriptor| descriptor.id == id)
            .expect("files belong to messages");
        let meant = samples::envelope(schema::sender(descriptor), expected(&id));
        assert_eq!(envelope, meant, "{id}");
    }
}

#[test]
fn a_golden_file_of_today_is_written_back_letter_by_letter() {
    for descriptor in catalogue::current() {
        let text = &committed::texts("golden")[descriptor.id];
        let envelope = Envelope::decode(text.as_bytes()).unwrap();
        assert_eq!(envelope.encode_pretty() + "\n", *text, "{}", descriptor.id);
        let (compact, golden): (Value, Value) = (
            serde_json::from_str(&envelope.encode()).unwrap(),
            serde_json::from_str(text).unwrap(),
        );
        assert_eq!(compact, golden, "{}", descriptor.id);
    }
}

#[test]
fn an_old_golden_file_is_written_back_as_the_version_of_today_and_then_stays() {
    let old = catalogue::ALL
        .iter()
        .filter(|descriptor| matches!(descriptor.purpose, Purpose::Superseded(_)));
    for descriptor in old {
        let text = &committed::texts("golden")[descriptor.id];
        let upcast = Envelope::decode(text.as_bytes()).unwrap();
        let current = catalogue::find(descriptor.name).expect("it was superseded by something");
        assert_eq!(upcast.data.version(), current.version);
        let again = Envelope::decode(upcast.encode().as_bytes()).unwrap();
        assert_eq!(again, upcast);
    }
}

#[test]
fn every_golden_file_satisfies_the_schema_of_its_version() {
    let schemas = committed::schemas();
    for (id, text) in committed::texts("golden") {
        let golden: Value = serde_json::from_str(&text).unwrap();
        let validator =
            jsonschema::draft7::new(&schemas[&id]).unwrap_or_else(|error| panic!("{id}: {error}"));
        let faults: Vec<_> = validator
            .iter_errors(&golden["data"])
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{id}: {faults:?}");
    }
}

#[test]
fn every_golden_file_without_one_of_its_required_fields_is_refused_by_schema_and_reader_alike() {
    let schemas = committed::schemas();
    for (id, text) in committed::texts("golden") {
        let validator = jsonschema::draft7::new(&schemas[&id]).unwrap();
        let golden: Value = serde_json::from_str(&text).unwrap();
        for field in schemas[&id]["required"].as_array().into_iter().flatten() {
            let mut broken = golden.clone();
            broken["data"]
                .as_object_mut()
                .unwrap()
                .remove(field.as_str().unwrap());
            assert!(!validator.is_valid(&broken["data"]), "{id} without {field}");
            assert!(
                Envelope::decode(broken.to_string().as_bytes()).is_err(),
                "{id} without {field}"
            );
        }
    }
}

#[test]
fn fields_that_are_optional_in_the_schema_may_be_left_out_or_null() {
    let schemas = committed::schemas();
    for (id, text) in committed::texts("golden") {
        let schema = &schemas[&id];
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let optional = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| {
                let of_the_echo = ["sagaId", "step", "attempt"].contains(&name.as_str());
                !of_the_echo && !required.contains(&Value::String((*name).clone()))
            });
        for name in optional {
            let mut other: Value = serde_json::from_str(&text).unwrap();
            other["data"][name] = Value::Null;
            Envelope::decode(other.to_string().as_bytes())
                .unwrap_or_else(|error| panic!("{id}: {error}"));
            other["data"].as_object_mut().unwrap().remove(name);
            Envelope::decode(other.to_string().as_bytes())
                .unwrap_or_else(|error| panic!("{id}: {error}"));
        }
    }
}
