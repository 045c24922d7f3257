//! Which changes of a schema are allowed within a version: adding an optional field, and nothing else.
//!
//! The rules are ours, not a general theory of schemas: every keyword that says something about values must stay as it is,
//! keywords that only explain (title, description …) may change, definitions may be renamed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::{Map, Value};

use crate::topology;

/// Keywords that say nothing about values, or that are followed ([`resolve`]) or compared on their own.
const IGNORED: &[&str] = &[
    "$id",
    "$schema",
    "$comment",
    "$ref",
    "title",
    "description",
    "examples",
    "writeOnly",
    "definitions",
    "properties",
    "required",
];

/// A change that would break somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The version it is a change of: `order.OrderPlaced.v2`.
    pub id: String,
    /// The field: `data.lines[].quantity`.
    pub field: String,
    /// What is different.
    pub change: String,
    /// Names of the services that read it.
    pub consumers: Vec<&'static str>,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let consumers = match self.consumers.as_slice() {
            [] => "nobody that is known".to_owned(),
            known => known.join(", "),
        };
        let Self {
            id, field, change, ..
        } = self;
        write!(f, "{id}: {field}: {change}; breaks {consumers}")
    }
}

/// Compares all schemas by id. A version that is gone is a break, too: what was published once is read for ever.
pub fn breaks(old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<Break> {
    old.iter()
        .flat_map(|(id, old)| {
            let changes = match new.get(id) {
                Some(new) => changes(old, new),
                None => vec![("data".to_owned(), "the version is gone".to_owned())],
            };
            changes.into_iter().map(|(field, change)| Break {
                id: id.clone(),
                field,
                change,
                consumers: consumers(id),
            })
        })
        .collect()
}

/// The forbidden changes between two schemas of one version, as pairs of field and change.
pub fn changes(old: &Value, new: &Value) -> Vec<(String, String)> {
    let mut comparison = Comparison {
        old_root: old,
        new_root: new,
        found: Vec::new(),
    };
    comparison.schema("data", old, new);
    comparison.found
}

fn consumers(id: &str) -> Vec<&'static str> {
    let name = id.split('.').nth(1).unwrap_or_default();
    topology::consumers(name)
        .map(|service| service.name())
        .collect()
}

struct Comparison<'a> {
    old_root: &'a Value,
    new_root: &'a Value,
    found: Vec<(String, String)>,
}

impl<'a> Comparison<'a> {
    fn schema(&mut self, field: &str, old: &'a Value, new: &'a Value) {
        let (old, new) = (resolve(self.old_root, old), resolve(self.new_root, new));
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                self.properties(field, old, new);
                self.keywords(field, old, new);
            }
            _ if old == new => {}
            _ => self.note(field, format!("was {old}, is {new}")),
        }
    }

    fn properties(
        &mut self,
        field: &str,
        old: &'a Map<String, Value>,
        new: &'a Map<String, Value>,
    ) {
        let (old_required, new_required) = (required(old), required(new));
        let (old, new) = (properties(old), properties(new));
        for (name, old) in &old {
            let path = format!("{field}.{name}");
            let Some(new) = new.get(name) else {
                self.note(&path, "is gone");
                continue;
            };
            match (old_required.contains(name), new_required.contains(name)) {
                (false, true) => self.note(&path, "was optional, is required"),
                (true, false) => self.note(&path, "was required, is optional"),
                (true, true) | (false, false) => {}
            }
            self.schema(&path, old, new);
        }
        for name in new
            .keys()
            .filter(|name| !old.contains_key(*name) && new_required.contains(*name))
        {
            self.note(&format!("{field}.{name}"), "is new and required");
        }
    }

    fn keywords(&mut self, field: &str, old: &'a Map<String, Value>, new: &'a Map<String, Value>) {
        let keywords: BTreeSet<_> = old.keys().chain(new.keys()).map(String::as_str).collect();
        for keyword in keywords
            .into_iter()
            .filter(|keyword| !IGNORED.contains(keyword))
        {
            match (keyword, old.get(keyword), new.get(keyword)) {
                ("items", Some(old), Some(new)) => self.schema(&format!("{field}[]"), old, new),
                ("additionalProperties", Some(old), Some(new)) => {
                    self.schema(&format!("{field}.*"), old, new)
                }
                (
                    "allOf" | "anyOf" | "oneOf" | "enum",
                    Some(Value::Array(old)),
                    Some(Value::Array(new)),
                ) => {
                    self.alternatives(field, old, new);
                }
                (_, Some(old), Some(new)) if old == new => {}
                (_, Some(old), Some(new)) => {
                    self.note(field, format!("{keyword} was {old}, is {new}"))
                }
                (_, Some(old), None) => {
                    self.note(field, format!("{keyword} was {old}, is not said any more"))
                }
                (_, None, Some(new)) => {
                    self.note(field, format!("{keyword} was not said, is {new}"))
                }
                (_, None, None) => {}
            }
        }
    }

    /// Words are compared as sets; parts that are schemas themselves in their order.
    fn alternatives(&mut self, field: &str, old: &'a [Value], new: &'a [Value]) {
        if let (Some(old), Some(new)) = (words(old), words(new)) {
            for word in old.difference(&new) {
                self.note(field, format!("can no longer be {word}"));
            }
            for word in new.difference(&old) {
                self.note(field, format!("can also be {word}"));
            }
        } else if old.len() != new.len() {
            self.note(field, format!("had {} forms, has {}", old.len(), new.len()));
        } else {
            for (old, new) in old.iter().zip(new) {
                self.schema(field, old, new);
            }
        }
    }

    fn note(&mut self, field: &str, change: impl Into<String>) {
        self.found.push((field.to_owned(), change.into()));
    }
}

/// Follows `#/definitions/Name`. Our types are trees, so this ends. A lone `allOf` is how draft 07 puts a description beside a
/// reference.
fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    let target = reference
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| root.pointer(pointer));
    let wrapped = || match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([only]) if schema.get("properties").is_none() => Some(only),
        _ => None,
    };
    match target.or_else(wrapped) {
        Some(target) => resolve(root, target),
        None => schema,
    }
}

fn required(schema: &Map<String, Value>) -> BTreeSet<&str> {
    let names = schema.get("required").and_then(Value::as_array);
    names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn properties(schema: &Map<String, Value>) -> BTreeMap<&str, &Value> {
    let fields = schema.get("properties").and_then(Value::as_object);
    fields
        .into_iter()
        .flatten()
        .map(|(name, field)| (name.as_str(), field))
        .collect()
}

/// The words of an `enum`, or of a `oneOf` of constants (how documented enums are written).
fn words(alternatives: &[Value]) -> Option<BTreeSet<String>> {
    alternatives
        .iter()
        .map(|alternative| match alternative {
            Value::Object(schema) => schema.get("const").map(Value::to_string),
            word => Some(word.to_string()),
        })
        .collect()
}

#[cfg(test)]
mod tests;
