//! The same types in OpenAPI documents: their JSON Schemas, as they are, under their own names.

use std::borrow::Cow;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::*;

/// The JSON Schema (draft 2020-12, which OpenAPI 3.1 speaks) of a type, with everything in place.
///
/// # Panics
/// If OpenAPI cannot say what the schema says: a bug, which a test would have found.
fn schema_of<T: JsonSchema>() -> RefOr<Schema> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    let mut schema = schema.to_value();
    name_words(&mut schema);
    let schema: Schema = serde_json::from_value(schema)
        .unwrap_or_else(|error| panic!("{}: {error}", T::schema_name()));
    RefOr::T(schema)
}

/// Words that are told apart by their descriptions (`oneOf` with a `const` each) become an `enum`: the crate that keeps the
/// documents drops `const`.
fn name_words(schema: &mut Value) {
    if let Some(words) = words(schema) {
        let description = schema["description"].take();
        *schema = json!({ "type": "string", "enum": words });
        if description.is_string() {
            schema["description"] = description;
        }
    }
    match schema {
        Value::Object(members) => members.values_mut().for_each(name_words),
        Value::Array(items) => items.iter_mut().for_each(name_words),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The words of a `oneOf` in which every variant is one.
fn words(schema: &Value) -> Option<Vec<Value>> {
    let variants = schema.get("oneOf")?.as_array()?;
    variants
        .iter()
        .map(|variant| variant.get("const").cloned())
        .collect()
}

macro_rules! described {
    ($($name:ident)*) => {
        $(
            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    schema_of::<Self>()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    stringify!($name).into()
                }
            }
        )*

        #[cfg(test)]
        const NAMES: &[(&str, fn() -> RefOr<Schema>)] = &[$((stringify!($name), <$name as PartialSchema>::schema)),*];
    };
}

described! {
    AddressId AgentId CartId CategoryId DeliveryId ItemId MessageId NotificationId OrderId PaymentId ProductId RefundId
    PurchaseOrderId ReservationId SagaId SupplierId UserId
    Money Currency Quantity Timestamp
    Address Contact OrderLine StockLine Shortage
    PaymentToken PaymentMethod NextAction
    OrderStatus CancelledBy DeliveryStatus Role Channel NotificationOutcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_can_be_described() {
        for (name, schema) in NAMES {
            let RefOr::T(schema) = schema() else {
                panic!("{name} is only referred to");
            };
            let schema = serde_json::to_value(schema).unwrap();
            assert!(
                schema.as_object().is_some_and(|schema| !schema.is_empty()),
                "{name}: {schema}"
            );
        }
    }

    #[test]
    fn words_are_listed() {
        let RefOr::T(schema) = Role::schema() else {
            panic!("roles are only referred to");
        };
        let schema = serde_json::to_value(schema).unwrap();
        assert_eq!(
            schema["enum"],
            json!(["customer", "agent", "admin", "service"])
        );
        for (name, schema) in NAMES {
            let RefOr::T(schema) = schema() else { continue };
            let schema = serde_json::to_value(schema).unwrap();
            let variants = schema["oneOf"].as_array().into_iter().flatten();
            assert!(
                variants
                    .into_iter()
                    .all(|variant| variant["type"] != "string"),
                "{name}: {schema}"
            );
        }
    }

    #[test]
    fn money_is_described_by_its_fields() {
        let RefOr::T(schema) = Money::schema() else {
            panic!("money is only referred to");
        };
        let schema = serde_json::to_value(schema).unwrap();
        assert_eq!(
            schema["required"],
            serde_json::json!(["amount", "currency"])
        );
    }
}
