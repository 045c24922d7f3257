use serde_json::json;

use super::*;
use crate::schema::schemas;

/// A schema with everything that ours have: fields, optional ones, arrays, references, words, maps.
fn before() -> Value {
    json!({
        "$id": "urn:revcart:schema:order.OrderPlaced.v2",
        "description": "An order.",
        "type": "object",
        "properties": {
            "orderId": { "type": "string", "format": "uuid" },
            "note": { "type": ["string", "null"] },
            "total": { "description": "To be paid.", "allOf": [{ "$ref": "#/definitions/Money" }] },
            "discount": { "anyOf": [{ "$ref": "#/definitions/Money" }, { "type": "null" }] },
            "lines": { "type": "array", "items": { "$ref": "#/definitions/Line" } },
            "method": { "oneOf": [
                { "description": "Cash.", "type": "string", "const": "COD" },
                { "type": "string", "const": "STRIPE" },
            ] },
            "parameters": { "type": "object", "additionalProperties": { "type": "string" } },
        },
        "required": ["orderId", "total", "lines", "method"],
        "definitions": {
            "Money": {
                "type": "object",
                "properties": { "amount": { "type": "string", "pattern": "^[0-9]+$" } },
                "required": ["amount"],
            },
            "Line": {
                "type": "object",
                "properties": { "quantity": { "type": "integer", "minimum": 1, "maximum": 10 } },
                "required": ["quantity"],
            },
        },
    })
}

/// What the checker says when the value at this place is another.
fn after(pointer: &str, value: Value) -> Vec<String> {
    let mut new = before();
    *new.pointer_mut(pointer).expect("the place exists") = value;
    changes(&before(), &new)
        .into_iter()
        .map(|(field, change)| format!("{field}: {change}"))
        .collect()
}

/// What the checker says when something is put at this place.
fn with(pointer: &str, name: &str, value: Value) -> Vec<String> {
    let mut object = before().pointer(pointer).expect("the place exists").clone();
    object[name] = value;
    after(pointer, object)
}

/// What the checker says when something is taken from this place.
fn without(pointer: &str, name: &str) -> Vec<String> {
    let mut object = before().pointer(pointer).expect("the place exists").clone();
    object.as_object_mut().expect("an object").remove(name);
    after(pointer, object)
}

#[test]
fn the_same_schema_is_compatible() {
    assert!(changes(&before(), &before()).is_empty());
}

#[test]
fn an_optional_field_may_be_added_anywhere() {
    let field = json!({ "type": ["string", "null"] });
    assert!(with("/properties", "coupon", field.clone()).is_empty());
    assert!(with("/definitions/Line/properties", "colour", field).is_empty());
}

#[test]
fn explanations_and_names_of_definitions_may_change() {
    assert!(after("/description", json!("Another text.")).is_empty());
    let renamed = before().to_string().replace("Money", "Amount");
    let renamed = serde_json::from_str(&renamed).unwrap();
    assert!(changes(&before(), &renamed).is_empty());
}

#[test]
fn a_description_beside_a_reference_may_come_and_go() {
    assert!(
        after(
            "/properties/total",
            json!({ "$ref": "#/definitions/Money" })
        )
        .is_empty()
    );
}

#[test]
fn a_new_required_field_is_caught() {
    let mut new = before();
    new["properties"]["coupon"] = json!({ "type": "string" });
    new["required"] = json!(["orderId", "total", "lines", "method", "coupon"]);
    let expected = ("data.coupon".to_owned(), "is new and required".to_owned());
    assert_eq!(changes(&before(), &new), [expected]);
}

#[test]
fn a_removed_field_is_caught() {
    assert_eq!(without("/properties", "note"), ["data.note: is gone"]);
    assert_eq!(
        without("/definitions/Line/properties", "quantity"),
        ["data.lines[].quantity: is gone"]
    );
}

#[test]
fn a_renamed_field_is_caught() {
    let mut new = before().pointer("/properties").unwrap().clone();
    new["remark"] = new["note"].take();
    new.as_object_mut().unwrap().remove("note");
    assert_eq!(after("/properties", new), ["data.note: is gone"]);
}

#[test]
fn an_optional_field_that_becomes_required_is_caught() {
    let required = json!(["orderId", "total", "lines", "method", "note"]);
    assert_eq!(
        after("/required", required),
        ["data.note: was optional, is required"]
    );
}

#[test]
fn a_required_field_that_becomes_optional_is_caught() {
    let required = json!(["orderId", "lines", "method"]);
    assert_eq!(
        after("/required", required),
        ["data.total: was required, is optional"]
    );
}

#[test]
fn another_type_is_caught() {
    assert_eq!(
        after(
            "/definitions/Line/properties/quantity/type",
            json!("string")
        ),
        [r#"data.lines[].quantity: type was "integer", is "string""#]
    );
    assert_eq!(
        after("/properties/lines", json!({ "type": "object" })),
        [
            r##"data.lines: items was {"$ref":"#/definitions/Line"}, is not said any more"##,
            r#"data.lines: type was "array", is "object""#,
        ]
    );
}

#[test]
fn a_field_that_may_no_longer_be_null_is_caught() {
    assert_eq!(
        after("/properties/note/type", json!("string")),
        [r#"data.note: type was ["string","null"], is "string""#]
    );
    assert_eq!(
        after(
            "/properties/discount/anyOf",
            json!([{ "$ref": "#/definitions/Money" }])
        ),
        ["data.discount: had 2 forms, has 1"]
    );
}

#[test]
fn bounds_formats_and_patterns_that_change_are_caught() {
    assert_eq!(
        after("/definitions/Line/properties/quantity/maximum", json!(11)),
        ["data.lines[].quantity: maximum was 10, is 11"]
    );
    assert_eq!(
        without("/definitions/Line/properties/quantity", "minimum"),
        ["data.lines[].quantity: minimum was 1, is not said any more"]
    );
    assert_eq!(
        with("/properties/note", "maxLength", json!(100)),
        ["data.note: maxLength was not said, is 100"]
    );
    assert_eq!(
        after("/properties/orderId/format", json!("email")),
        [r#"data.orderId: format was "uuid", is "email""#]
    );
    assert_eq!(
        after(
            "/definitions/Money/properties/amount/pattern",
            json!("^.*$")
        ),
        [
            r#"data.discount.amount: pattern was "^[0-9]+$", is "^.*$""#,
            r#"data.total.amount: pattern was "^[0-9]+$", is "^.*$""#,
        ]
    );
}

#[test]
fn a_word_that_comes_or_goes_is_caught() {
    assert_eq!(
        after("/properties/method/oneOf/1/const", json!("UPI")),
        [
            r#"data.method: can no longer be "STRIPE""#,
            r#"data.method: can also be "UPI""#
        ]
    );
}

#[test]
fn another_type_of_the_values_of_a_map_is_caught() {
    assert_eq!(
        after(
            "/properties/parameters/additionalProperties/type",
            json!("integer")
        ),
        [r#"data.parameters.*: type was "string", is "integer""#]
    );
}

#[test]
fn unknown_fields_that_become_forbidden_are_caught() {
    assert_eq!(
        with("", "additionalProperties", json!(false)),
        ["data: additionalProperties was not said, is false"]
    );
}

#[test]
fn a_break_names_the_field_and_the_consumers() {
    let old = schemas();
    let mut new = old.clone();
    let schema = new.get_mut("product.ProductPriceChanged.v1").unwrap();
    schema["properties"]
        .as_object_mut()
        .unwrap()
        .remove("newPrice");
    let found: Vec<_> = breaks(&old, &new).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "product.ProductPriceChanged.v1: data.newPrice: is gone; breaks cart-service, analytics-service"
        ]
    );
}

#[test]
fn a_version_that_is_gone_is_a_break_and_a_new_one_is_not() {
    let old = schemas();
    let mut new = old.clone();
    new.remove("order.OrderPlaced.v1");
    let found: Vec<_> = breaks(&old, &new).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "order.OrderPlaced.v1: data: the version is gone; breaks cart-service, notification-service, analytics-service"
        ]
    );
    assert!(breaks(&new, &old).is_empty());
}
