//! The fields of an event or a span: few, short, in order.

use std::error::Error;
use std::fmt::{self, Write};

use serde_json::Value;
use tracing::field::{Field, Visit};

/// The longest value of a field in bytes; the rest is cut and the cut is marked.
pub const LONGEST_VALUE: usize = 4096;
/// The most fields of a line; later ones are dropped.
pub const MOST_FIELDS: usize = 48;

/// The name of the field that holds the text of an event.
const MESSAGE: &str = "message";

/// Names and bounded values, each name once.
#[derive(Debug, Default)]
pub(super) struct Fields {
    message: Option<String>,
    named: Vec<(&'static str, Value)>,
}

impl Fields {
    pub(super) fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    pub(super) fn named(&self) -> &[(&'static str, Value)] {
        &self.named
    }

    pub(super) fn extend(&mut self, outer: &Self) {
        for (name, value) in &outer.named {
            self.put(name, value.clone());
        }
    }

    fn put(&mut self, name: &'static str, value: Value) {
        if let Some(known) = self.named.iter_mut().find(|(known, _)| *known == name) {
            known.1 = value;
        } else if self.named.len() < MOST_FIELDS {
            self.named.push((name, value));
        }
    }

    fn put_text(&mut self, field: &Field, text: String) {
        if field.name() == MESSAGE {
            self.message = Some(text);
        } else {
            self.put(field.name(), Value::String(text));
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), Value::from(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, bounded(format_args!("{value}")));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let text = bounded(format_args!("{}", crate::error_chain(value)));
        self.put_text(field, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put_text(field, bounded(format_args!("{value:?}")));
    }
}

/// The text, or as much of it as a field may hold. Formatting stops there, so a huge value costs no more than its start.
fn bounded(text: fmt::Arguments<'_>) -> String {
    struct Bounded(String);

    impl Write for Bounded {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            let room = LONGEST_VALUE - self.0.len();
            if part.len() <= room {
                self.0.push_str(part);
                return Ok(());
            }
            self.0.push_str(&part[..part.floor_char_boundary(room)]);
            Err(fmt::Error)
        }
    }

    let mut start = Bounded(String::new());
    if start.write_fmt(text).is_err() {
        start.0.push_str("… (cut)");
    }
    start.0
}
