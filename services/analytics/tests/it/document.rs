use serde_json::Value;

/// Everything that is referred to, wherever it stands.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(target) if name == "$ref" => found.push(target.to_owned()),
                    _ => references(field, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_document_describes_every_route_and_all_that_it_refers_to() {
    let document = serde_json::to_value(analytics_service::api()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(operation["responses"]["403"].is_object(), "{method} {path}");
            routes.push(format!("{method} {path}"));
        }
    }
    routes.sort();
    let expected = [
        "get /api/analytics/abandonment",
        "get /api/analytics/dashboard",
        "get /api/analytics/funnel",
        "get /api/analytics/products/top",
        "get /api/analytics/rebuild",
        "get /api/analytics/reports/{report}",
        "get /api/analytics/revenue",
        "get /api/analytics/sales",
        "get /api/analytics/stream",
        "get /api/analytics/users/activity",
        "get /api/analytics/users/cohorts",
        "get /api/ops/orders/{orderId}/timeline",
        "post /api/analytics/rebuild",
        "post /api/analytics/track",
    ];
    assert_eq!(routes, expected);
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for target in found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{target}");
    }
}
