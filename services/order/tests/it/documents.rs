//! The OpenAPI document.

use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(order_service::api()).unwrap()
}

#[test]
fn every_route_is_described_with_its_successes_and_refusals() {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let mut operations = 0;
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let place = format!("{method} {path}");
            assert!(operation["summary"].is_string(), "{place}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                responses.keys().any(|status| status.starts_with('2')),
                "{place}"
            );
            assert!(
                responses.contains_key("401") && responses.contains_key("403"),
                "{place}"
            );
            if let Some(body) = operation.get("requestBody") {
                let schema = &body["content"]["application/json"]["schema"];
                assert!(schema.is_object(), "{place}: {body}");
            }
        }
    }
    assert_eq!(operations, 18);
}

#[test]
fn every_body_of_a_request_has_an_example_and_refuses_unknown_fields() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let requests: Vec<_> = schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Request"))
        .collect();
    assert_eq!(requests.len(), 6, "{requests:?}");
    for (name, schema) in requests {
        assert!(schema["example"].is_object(), "{name}: {schema}");
        assert_eq!(schema["additionalProperties"], false, "{name}: {schema}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}
