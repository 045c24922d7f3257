//! What must not be seen: values that travel in one command only and never show in `Debug` or `Display`.
//!
//! [`crate::redaction`] hides the same values in the text of a message.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// A single-use token of the payment gateway. Serialises to its value, shows as `[redacted]` everywhere else.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentToken(String);

impl PaymentToken {
    /// The token with this value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value: for the gateway and for nobody else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for PaymentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl JsonSchema for PaymentToken {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PaymentToken".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "writeOnly": true })
    }
}

/// What a template is filled with. One-time codes are among it, so `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// The value of this name.
    pub fn expose(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All names with their values: for the template and for nobody else.
    pub fn expose_all(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_token_shows_on_the_wire_only() {
        let token = PaymentToken::new("tok_ok");
        assert_eq!(
            format!("{token} {token:?} {token:#?}"),
            "[redacted] [redacted] [redacted]"
        );
        assert_eq!(serde_json::to_string(&token).unwrap(), "\"tok_ok\"");
        assert_eq!(token.expose(), "tok_ok");
    }

    #[test]
    fn parameters_show_their_names_only() {
        let parameters: Parameters = [("code", "493021")].into_iter().collect();
        assert_eq!(format!("{parameters:?}"), r#"{"code"}"#);
        assert_eq!(parameters.expose("code"), Some("493021"));
    }
}
