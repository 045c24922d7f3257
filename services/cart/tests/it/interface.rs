//! The description of the interface.

use serde_json::Value;

#[test]
fn every_route_is_described_and_every_reference_leads_somewhere() {
    let document = serde_json::to_value(cart_service::api()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/api/cart",
        "/api/cart/merge",
        "/api/cart/coupon",
        "/api/v1/cart/{customerId}",
        "/api/v1/cart/items",
        "/api/v1/cart/checkout",
        "/api/coupons/{code}",
        "/internal/coupons/holds/{orderId}",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    let coupon = &document["components"]["schemas"]["CouponTerms"]["properties"];
    assert!(coupon["off"].is_object(), "what orders get: {coupon}");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                references.push(reference.clone());
            }
            fields.values().for_each(|field| collect(field, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
