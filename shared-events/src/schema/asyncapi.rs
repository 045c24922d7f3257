//! The AsyncAPI 3.0 document of the whole system: made of the topology, the catalogue and the samples, nothing written by hand.
//!
//! Every topic and every queue is a channel; every service publishes to its topic, sends commands to queues and receives from
//! its own queue. Payloads refer to the JSON Schemas beside the document (`schemas/events/`).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{json_schema, sender, sorted};
use crate::{
    Destination, Queue, Service, Topic, attributes,
    catalogue::{self, Descriptor, Purpose},
    samples,
    topology::{self, DEAD_LETTER_RETENTION, MAX_RECEIVE_COUNT, REACTIONS},
};

/// The document, its parts in the order in which one reads them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    asyncapi: &'static str,
    info: Value,
    default_content_type: &'static str,
    servers: Value,
    channels: Value,
    operations: Value,
    components: Value,
}

/// The document as YAML.
pub fn yaml() -> String {
    serde_norway::to_string(&document()).expect("the document is made of strings, numbers and maps")
}

/// The document.
pub fn document() -> Document {
    let messages: BTreeMap<_, _> = catalogue::ALL
        .iter()
        .map(|descriptor| (message_key(descriptor), message(descriptor)))
        .collect();
    let topics = Topic::ALL.map(|topic| (topic_key(topic), topic_channel(topic)));
    let queues = Service::ALL.map(|service| (queue_key(service), queue_channel(service)));
    let channels: BTreeMap<_, _> = topics.into_iter().chain(queues).collect();
    let operations: BTreeMap<_, _> = Service::ALL.into_iter().flat_map(operations).collect();
    let components = json!({
        "messages": messages,
        "schemas": { "Envelope": envelope(), "Attributes": attribute_schema() },
    });
    Document {
        asyncapi: "3.0.0",
        info: sorted(info()),
        default_content_type: "application/cloudevents+json",
        servers: sorted(servers()),
        channels: sorted(json!(channels)),
        operations: sorted(json!(operations)),
        components: sorted(components),
    }
}

fn info() -> Value {
    json!({
        "title": "RevCart",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Every event and command between the eight services of RevCart. \
            Events go to the topic of their domain, commands straight to one queue.",
        "license": { "name": env!("CARGO_PKG_LICENSE") },
    })
}

fn servers() -> Value {
    let region =
        json!({ "region": { "default": "ap-south-1", "description": "Region of the account." } });
    json!({
        "sns": {
            "host": "sns.{region}.amazonaws.com",
            "protocol": "sns",
            "description": "Topics, on AWS or LocalStack.",
            "variables": region,
        },
        "sqs": {
            "host": "sqs.{region}.amazonaws.com",
            "protocol": "sqs",
            "description": "Queues, on AWS or LocalStack.",
            "variables": region,
        },
        "embedded": {
            "host": "localhost",
            "protocol": "revcart",
            "description": "The broker inside of the all-in-one process: the same topics and queues without a network.",
        },
    })
}

fn topic_channel(topic: Topic) -> Value {
    json!({
        "address": topic.name(),
        "title": format!("Events of {}", topic.publisher()),
        "servers": [reference("#/servers/sns"), reference("#/servers/embedded")],
        "messages": message_references(topic.events()),
        "bindings": { "sns": { "name": topic.name(), "bindingVersion": "0.1.0" } },
    })
}

fn queue_channel(service: Service) -> Value {
    let queue = Queue(service);
    let read = topology::received_by(service).flat_map(|descriptor| {
        catalogue::ALL
            .iter()
            .filter(|version| version.name == descriptor.name)
    });
    json!({
        "address": queue.name(),
        "title": format!("Queue of {service}"),
        "servers": [reference("#/servers/sqs"), reference("#/servers/embedded")],
        "messages": message_references(read),
        "bindings": { "sqs": {
            "queue": {
                "name": queue.name(),
                "fifoQueue": false,
                "redrivePolicy": {
                    "deadLetterQueue": { "name": queue.dead_letter_name() },
                    "maxReceiveCount": MAX_RECEIVE_COUNT,
                },
            },
            "deadLetterQueue": {
                "name": queue.dead_letter_name(),
                "fifoQueue": false,
                "messageRetentionPeriod": DEAD_LETTER_RETENTION.as_secs(),
            },
            "bindingVersion": "0.2.0",
        } },
    })
}

fn operations(service: Service) -> Vec<(String, Value)> {
    let tags = json!([{ "name": service.name() }]);
    let mut operations = Vec::new();
    for (_, topic) in topology::publishers().filter(|(publisher, _)| *publisher == service) {
        let channel = topic_key(topic);
        let operation = json!({
            "action": "send",
            "summary": format!("{service} publishes its events."),
            "channel": reference(&format!("#/channels/{channel}")),
            "messages": references_within(&channel, topic.events()),
            "tags": tags,
        });
        operations.push((format!("{}Publishes", service.short()), operation));
    }
    for (_, command, _) in topology::senders().filter(|(sender, ..)| *sender == service) {
        operations.push((
            format!("{}Sends{}", service.short(), command.name),
            command_operation(service, command),
        ));
    }
    let channel = queue_key(service);
    let operation = json!({
        "action": "receive",
        "summary": format!("{service} handles what comes to its queue."),
        "description": reactions(service),
        "channel": reference(&format!("#/channels/{channel}")),
        "messages": references_within(&channel, topology::received_by(service)),
        "tags": tags,
    });
    operations.push((format!("{}Receives", service.short()), operation));
    operations
}

fn command_operation(sender: Service, command: &Descriptor) -> Value {
    let (Some(Destination::Queue(receiver)), Purpose::Command(_, replies)) =
        (command.destination(), command.purpose)
    else {
        unreachable!("senders lists commands only")
    };
    let channel = queue_key(receiver);
    let mut operation = json!({
        "action": "send",
        "summary": format!("{sender} sends {} to {receiver}.", command.name),
        "channel": reference(&format!("#/channels/{channel}")),
        "messages": references_within(&channel, [command]),
        "tags": [{ "name": sender.name() }],
    });
    let answer_channel = queue_key(sender);
    let answers = topology::received_by(sender).filter(|event| replies.contains(&event.name));
    let answers = references_within(&answer_channel, answers);
    if !answers.is_empty() {
        operation["reply"] = json!({
            "channel": reference(&format!("#/channels/{answer_channel}")),
            "messages": answers,
        });
    }
    operation
}

/// What a service does with the events it receives, as a list.
fn reactions(service: Service) -> String {
    let mut lines: Vec<_> = REACTIONS
        .iter()
        .filter(|reaction| reaction.service == service)
        .map(|reaction| format!("- {}: {}", reaction.event, reaction.purpose))
        .collect();
    if service == topology::reactions::EVENT_LOG {
        lines.push(
            "- every other event: kept in the event log, even if its type is unknown".to_owned(),
        );
    }
    lines.extend(
        Queue(service)
            .commands()
            .map(|command| format!("- {}: obeyed", command.name)),
    );
    lines.join("\n")
}

fn message(descriptor: &Descriptor) -> Value {
    let mut message = json!({
        "name": descriptor.name,
        "title": format!("{} v{}", descriptor.name, descriptor.version),
        "summary": json_schema(descriptor)["description"],
        "contentType": "application/cloudevents+json",
        "correlationId": { "location": "$message.payload#/correlationid" },
        "headers": reference("#/components/schemas/Attributes"),
        "payload": {
            "type": "object",
            "allOf": [reference("#/components/schemas/Envelope")],
            "properties": {
                "source": { "const": sender(descriptor).source() },
                "type": { "const": descriptor.wire_type },
                "dataschema": { "const": descriptor.schema_urn },
                "data": reference(&format!("./events/{}.json", descriptor.id)),
            },
            "required": ["data"],
        },
    });
    if let Purpose::Superseded(current) = descriptor.purpose {
        message["description"] = format!("Only read: version {current} is written today.").into();
        message["deprecated"] = true.into();
    } else if let Some(example) = example(descriptor) {
        message["examples"] = json!([example]);
    }
    message
}

fn example(descriptor: &Descriptor) -> Option<Value> {
    let data = samples::find(descriptor.name)?;
    let headers = json!({
        attributes::EVENT_TYPE: data.name(),
        attributes::EVENT_VERSION: data.version().to_string(),
        attributes::CORRELATION_ID: samples::order_id(),
    });
    let payload: Value =
        serde_json::from_str(&samples::envelope(sender(descriptor), data).encode()).ok()?;
    Some(json!({ "headers": headers, "payload": payload }))
}

/// The envelope alone; each message adds what it is.
fn envelope() -> Value {
    json!({
        "type": "object",
        "description": "CloudEvents 1.0, structured mode.",
        "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "format": "uuid", "description": "Of this message; consumers recognise repetitions by it." },
            "source": { "type": "string", "description": "The service that sent it." },
            "type": { "type": "string" },
            "subject": { "type": "string", "description": "Id of what it speaks of." },
            "time": { "type": "string", "format": "date-time" },
            "datacontenttype": { "const": "application/json" },
            "dataschema": { "type": "string", "format": "uri" },
            "correlationid": { "type": "string", "description": "The order or request that it belongs to." },
            "causationid": { "type": "string", "format": "uuid", "description": "The message that caused it." },
            "traceparent": { "type": "string", "description": "W3C trace context." },
            "tracestate": { "type": "string", "description": "W3C trace context." },
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "correlationid", "data"],
    })
}

/// What travels beside the envelope.
fn attribute_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            attributes::EVENT_TYPE: { "type": "string", "description": "Name of the message; filter policies look at it." },
            attributes::EVENT_VERSION: { "type": "string", "pattern": "^[1-9][0-9]*$" },
            attributes::CORRELATION_ID: { "type": "string" },
            attributes::TRACEPARENT: { "type": "string" },
        },
        "required": [attributes::EVENT_TYPE, attributes::EVENT_VERSION, attributes::CORRELATION_ID],
    })
}

fn topic_key(topic: Topic) -> String {
    format!("{}Events", topic.domain().name())
}

fn queue_key(service: Service) -> String {
    format!("{}Queue", service.short())
}

/// `OrderPlaced`, or `OrderPlacedV1` for a version that is only read.
fn message_key(descriptor: &Descriptor) -> String {
    match descriptor.purpose {
        Purpose::Superseded(_) => format!("{}V{}", descriptor.name, descriptor.version),
        Purpose::Event(_) | Purpose::Command(..) => descriptor.name.to_owned(),
    }
}

fn message_references<'a>(
    messages: impl Iterator<Item = &'a Descriptor>,
) -> BTreeMap<String, Value> {
    messages
        .map(|descriptor| {
            let key = message_key(descriptor);
            let reference = reference(&format!("#/components/messages/{key}"));
            (key, reference)
        })
        .collect()
}

fn references_within<'a>(
    channel: &str,
    messages: impl IntoIterator<Item = &'a Descriptor>,
) -> Vec<Value> {
    messages
        .into_iter()
        .map(|descriptor| {
            reference(&format!(
                "#/channels/{channel}/messages/{}",
                message_key(descriptor)
            ))
        })
        .collect()
}

fn reference(target: &str) -> Value {
    json!({ "$ref": target })
}
