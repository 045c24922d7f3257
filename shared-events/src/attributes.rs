//! Attributes: the few facts that travel beside a message, so that it can be filtered and triaged without reading it.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

/// Name of the message without version: `OrderPlaced`. Filter policies look at this one.
pub const EVENT_TYPE: &str = "event_type";
/// Version of the message: `2`.
pub const EVENT_VERSION: &str = "event_version";
/// The order or request that the message belongs to.
pub const CORRELATION_ID: &str = "correlation_id";
/// W3C trace context.
pub const TRACEPARENT: &str = "traceparent";
/// Dead letters: what went wrong, as a chain of errors.
pub const DLQ_REASON: &str = "dlq_reason";
/// Dead letters: `undecodable`, `permanent` or `retries-exhausted`.
pub const DLQ_ERROR_CLASS: &str = "dlq_error_class";
/// Dead letters: when it was given up, RFC 3339.
pub const DLQ_FAILED_AT: &str = "dlq_failed_at";
/// Dead letters: which service gave it up.
pub const DLQ_CONSUMER: &str = "dlq_consumer";

/// Name and value pairs in the order in which they were set; a name stands once. As JSON an object.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(Cow<'static, str>, String)>);

impl Attributes {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Sets a value, over the one that was there.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<String>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::new();
        attributes.extend(pairs);
        attributes
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<String>> Extend<(N, V)> for Attributes {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.set(name, value);
        }
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Attributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
                let mut attributes = Attributes::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    attributes.set(name, value);
                }
                Ok(attributes)
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_once_and_keeps_its_place() {
        let attributes = Attributes::new()
            .with(EVENT_TYPE, "OrderPlaced")
            .with(EVENT_VERSION, "1")
            .with(EVENT_TYPE, "OrderConfirmed");
        assert_eq!(attributes.get(EVENT_TYPE), Some("OrderConfirmed"));
        assert_eq!(attributes.len(), 2);
        assert_eq!(
            serde_json::to_string(&attributes).unwrap(),
            r#"{"event_type":"OrderConfirmed","event_version":"1"}"#
        );
    }

    #[test]
    fn json_is_read_back_in_the_same_order() {
        let json = r#"{"b":"1","a":"2"}"#;
        let attributes: Attributes = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&attributes).unwrap(), json);
        assert!(serde_json::from_str::<Attributes>(r#"{"a":1}"#).is_err());
    }
}
