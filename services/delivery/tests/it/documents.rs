//! What the service says of its routes.

use serde_json::Value;

#[test]
fn every_route_describes_itself_and_every_body_has_an_example() {
    let document = serde_json::to_value(delivery_service::api()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 17, "{:?}", paths.keys());
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            let summary = operation["summary"].as_str();
            assert!(summary.is_some_and(|it| it.len() > 5), "{method} {path}");
            let Some(body) = operation.get("requestBody") else {
                continue;
            };
            let schema = body["content"]["application/json"]["schema"]["$ref"].as_str();
            let name = schema.unwrap().rsplit('/').next().unwrap();
            let schema = &document["components"]["schemas"][name];
            let has_example = schema.get("example").is_some() || schema.get("examples").is_some();
            assert!(has_example, "{method} {path} takes {name}: {schema}");
            assert_eq!(schema["additionalProperties"], Value::Bool(false), "{name}");
        }
    }
}
