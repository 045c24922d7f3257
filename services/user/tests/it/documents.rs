//! What the service says of itself in OpenAPI.

use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(user_service::api()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &'_ Value)| {
        let path = path.clone();
        let item = item.as_object().unwrap().keys().cloned();
        item.map(move |method| (path.clone(), method))
            .collect::<Vec<_>>()
    };
    let all = paths.iter().flat_map(of_path);
    all.map(|(path, method)| {
        let operation = &document["paths"][&path][&method];
        (format!("{method} {path}"), operation)
    })
    .collect()
}

#[test]
fn every_route_says_who_may_call_it_and_what_comes_of_it() {
    let document = document();
    let operations = operations(&document);
    assert_eq!(operations.len(), 31);
    for (name, operation) in operations {
        assert!(operation["summary"].is_string(), "{name}");
        assert!(operation["security"].is_array(), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|it| it.starts_with('2')), "{name}");
    }
}

#[test]
fn every_body_has_an_example() {
    let document = document();
    for (name, operation) in operations(&document) {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let Some(reference) = body["$ref"].as_str() else {
            continue;
        };
        let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
        let is_shown = schema["example"].is_object() || schema["examples"].is_array();
        assert!(is_shown, "{name}: {schema}");
    }
}
