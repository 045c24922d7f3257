//! What is written to `schemas/`: JSON Schemas of every version, golden files and the AsyncAPI document.
//!
//! `cargo run -p shared-events --bin write-schemas` writes them (`make schemas`); tests see to it that they are up to date.
//! Only texts are made here; the binary does the writing.

pub mod asyncapi;
pub mod compatibility;

use std::collections::BTreeMap;

use schemars::{Schema, generate::SchemaSettings, transform::transform_subschemas};
use serde_json::Value;

use crate::{
    Message, NotificationSentV1, OrderPlacedV1, SendNotificationV1, Service,
    catalogue::{self, Descriptor, Purpose},
    envelope::Content,
    samples, topology,
};

/// A file below `schemas/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below `schemas/`.
    pub path: String,
    /// What stands in it.
    pub content: String,
    /// Written once and never again: golden files.
    pub frozen: bool,
}

/// All files that are made from this crate.
pub fn files() -> Vec<File> {
    let mut files: Vec<_> = catalogue::ALL
        .iter()
        .flat_map(|descriptor| [schema_file(descriptor), golden_file(descriptor)])
        .collect();
    files.push(File {
        path: "asyncapi.yaml".to_owned(),
        content: asyncapi::yaml(),
        frozen: false,
    });
    files
}

/// The JSON Schemas of every version, by id (`order.OrderPlaced.v2`).
pub fn schemas() -> BTreeMap<String, Value> {
    catalogue::ALL
        .iter()
        .map(|descriptor| (descriptor.id.to_owned(), json_schema(descriptor)))
        .collect()
}

/// The JSON Schema (draft 07, which is what AsyncAPI 3.0 speaks by default) of the `data` of this version.
pub fn json_schema(descriptor: &Descriptor) -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = (descriptor.schema)(generator);
    schema.insert("$id".to_owned(), descriptor.schema_urn.into());
    schema.insert(
        "title".to_owned(),
        format!("{} v{}", descriptor.name, descriptor.version).into(),
    );
    reword(&mut schema);
    sorted(schema.to_value())
}

/// The service that sends messages of this name.
pub fn sender(descriptor: &Descriptor) -> Service {
    match descriptor.purpose {
        Purpose::Event(topic) => topic.publisher(),
        Purpose::Command(..) => topology::senders()
            .find(|(_, command, _)| command.name == descriptor.name)
            .map(|(sender, ..)| sender)
            .expect("every command has a sender; a test compares"),
        Purpose::Superseded(_) => catalogue::find(descriptor.name)
            .map(sender)
            .expect("a superseded version has a current one; a test compares"),
    }
}

fn schema_file(descriptor: &Descriptor) -> File {
    File {
        path: format!("events/{}.json", descriptor.id),
        content: pretty(&json_schema(descriptor)),
        frozen: false,
    }
}

fn golden_file(descriptor: &Descriptor) -> File {
    let golden = match descriptor.id {
        OrderPlacedV1::ID => golden(descriptor, samples::order_placed_v1()),
        NotificationSentV1::ID => golden(descriptor, samples::notification_sent_v1()),
        SendNotificationV1::ID => golden(descriptor, samples::send_notification_v1()),
        _ => golden(
            descriptor,
            samples::find(descriptor.name).expect("every message has a sample; a test compares"),
        ),
    };
    File {
        path: format!("golden/{}.json", descriptor.id),
        content: golden,
        frozen: true,
    }
}

fn golden<T: Content>(descriptor: &Descriptor, data: T) -> String {
    let mut text = samples::envelope(sender(descriptor), data).encode_pretty();
    text.push('\n');
    text
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a JSON value can be written");
    text.push('\n');
    text
}

/// The same value with sorted fields, whatever features of `serde_json` other crates turn on.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields
                .into_iter()
                .map(|(name, field)| (name, sorted(field)))
                .collect();
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// Makes descriptions read well outside of Rust's documentation.
fn reword(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = plain(text);
    }
    transform_subschemas(&mut reword, schema);
}

fn plain(documentation: &str) -> String {
    documentation
        .replace("[`", "`")
        .replace("`]", "`")
        .replace("crate::", "")
        .replace('\n', " ")
}
