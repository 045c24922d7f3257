//! Hiding secrets in the text of a message, for everything that shows or keeps messages: consoles, dead letters, the event log.

use serde_json::Value;

use crate::{catalogue, secret::REDACTED};

/// The text with the value of every secret field replaced by `[redacted]`, wherever in it the field stands: a broken or
/// unknown message may hold it elsewhere than its type says. A text without one comes back as it is. One that names a
/// secret field but is not JSON is hidden as a whole.
pub fn redacted(text: &str) -> String {
    let may_hold_one = text.contains("\\u") || secrets().any(|field| text.contains(field));
    if !may_hold_one {
        return text.to_owned();
    }
    match serde_json::from_str(text) {
        Ok(mut value) => {
            hide(&mut value);
            value.to_string()
        }
        Err(_) => REDACTED.to_owned(),
    }
}

fn secrets() -> impl Iterator<Item = &'static str> {
    catalogue::ALL
        .iter()
        .flat_map(|descriptor| descriptor.secrets)
        .copied()
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if secrets().any(|secret| secret == name) {
                    replace(field);
                } else {
                    hide(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Objects keep their names, so that one sees what was there.
fn replace(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(replace),
        _ => *value = Value::String(REDACTED.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_wherever_it_stands() {
        let text =
            r#"{"data":{"paymentToken":"tok_1","x":[{"parameters":{"code":"42","n":{"m":7}}}]}}"#;
        let expected = r#"{"data":{"paymentToken":"[redacted]","x":[{"parameters":{"code":"[redacted]","n":{"m":"[redacted]"}}}]}}"#;
        assert_eq!(redacted(text), expected);
    }

    #[test]
    fn a_text_without_secrets_comes_back_unchanged() {
        for text in [r#"{ "b": 1, "a": 2 }"#, "not json"] {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn a_broken_text_that_may_hold_a_secret_is_hidden_as_a_whole() {
        assert_eq!(redacted(r#"{"paymentToken":"tok_1""#), "[redacted]");
    }

    #[test]
    fn an_escaped_name_hides_nothing() {
        let text = r#"{"payment\u0054oken":"tok_1"}"#;
        assert!(!redacted(text).contains("tok_1"));
    }
}
