//! A line as JSON or for people.

use std::fmt::Write;

use serde_json::Value;
use shared_events::Timestamp;
use tracing::Level;

use super::fields::Fields;

pub(super) struct Line<'a> {
    pub(super) at: Timestamp,
    pub(super) level: Level,
    pub(super) target: &'a str,
    pub(super) fields: &'a Fields,
}

/// Names that every JSON line uses itself; a field of such a name gets a leading underscore.
const RESERVED: [&str; 4] = ["at", "level", "target", "message"];

impl Line<'_> {
    /// `{"at":…,"level":…,"target":…,"message":…, fields…}` and a line break.
    pub(super) fn json(&self) -> String {
        let mut line = String::with_capacity(256);
        line.push('{');
        let head = [
            ("at", self.at.to_string()),
            ("level", self.level.to_string()),
            ("target", self.target.to_owned()),
            ("message", self.fields.message().to_owned()),
        ];
        for (name, text) in head {
            put_json(&mut line, name, &Value::String(text));
        }
        for (name, value) in self.fields.named() {
            if RESERVED.contains(name) {
                put_json(&mut line, &format!("_{name}"), value);
            } else {
                put_json(&mut line, name, value);
            }
        }
        line.push_str("}\n");
        line
    }

    /// `time LEVEL target: message name=value …`. Control characters are escaped, so that no value can forge a line.
    pub(super) fn pretty(&self, colours: bool) -> String {
        let mut line = format!("{} ", self.at);
        let level = self.level.as_str();
        if colours {
            let _ = write!(line, "\x1b[{}m{level:>5}\x1b[0m", colour(self.level));
        } else {
            let _ = write!(line, "{level:>5}");
        }
        let _ = write!(line, " {}: ", self.target);
        put_printable(&mut line, self.fields.message());
        for (name, value) in self.fields.named() {
            let _ = write!(line, " {name}=");
            match value {
                Value::String(text) => put_printable(&mut line, text),
                other => drop(write!(line, "{other}")),
            }
        }
        line.push('\n');
        line
    }
}

fn put_json(line: &mut String, name: &str, value: &Value) {
    if line.len() > 1 {
        line.push(',');
    }
    let _ = write!(line, "{}:{value}", Value::from(name));
}

fn put_printable(line: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
}

fn colour(level: Level) -> u8 {
    match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        Level::DEBUG => 34,
        Level::TRACE => 35,
    }
}
