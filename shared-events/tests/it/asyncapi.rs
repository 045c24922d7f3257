//! The AsyncAPI document against the topology and the schemas it refers to.

use std::collections::BTreeSet;

use serde_json::Value;
use shared_events::{Queue, Service, Topic, catalogue, schema::asyncapi, topology};

use crate::committed;

fn document() -> Value {
    serde_norway::from_str(&asyncapi::yaml()).expect("we write YAML")
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(target) if name == "$ref" => {
                        found.insert(target.clone());
                    }
                    field => references(field, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_topic_and_queue_is_a_channel() {
    let document = document();
    let channels = document["channels"].as_object().unwrap().values();
    let addresses: BTreeSet<_> = channels
        .map(|channel| channel["address"].as_str().unwrap())
        .collect();
    let expected: BTreeSet<_> = Topic::ALL
        .map(Topic::name)
        .into_iter()
        .chain(Service::ALL.map(|service| Queue(service).name()))
        .collect();
    assert_eq!(addresses, expected);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut targets = BTreeSet::new();
    references(&document, &mut targets);
    assert!(targets.len() > catalogue::ALL.len());
    for target in targets {
        match target.strip_prefix('#') {
            Some(pointer) => assert!(document.pointer(pointer).is_some(), "{target}"),
            None => assert!(committed::directory(&target).exists(), "{target}"),
        }
    }
}

#[test]
fn every_version_is_a_message() {
    let document = document();
    let messages = document["components"]["messages"].as_object().unwrap();
    assert_eq!(messages.len(), catalogue::ALL.len());
}

#[test]
fn what_a_service_receives_is_what_the_topology_says() {
    let document = document();
    for service in Service::ALL {
        let operation = &document["operations"][format!("{}Receives", service.short())];
        let described: BTreeSet<_> = operation["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| {
                message["$ref"]
                    .as_str()
                    .unwrap()
                    .rsplit('/')
                    .next()
                    .unwrap()
            })
            .collect();
        let declared: BTreeSet<_> = topology::received_by(service)
            .map(|descriptor| descriptor.name)
            .collect();
        assert_eq!(described, declared, "{service}");
    }
}

#[test]
fn every_saga_command_names_its_replies() {
    let document = document();
    for (_, command, _) in topology::senders().filter(|(sender, ..)| *sender == Service::Order) {
        let operation = &document["operations"][format!("orderSends{}", command.name)];
        assert!(
            operation["reply"]["messages"].is_array(),
            "{}",
            command.name
        );
    }
}
