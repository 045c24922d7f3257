//! The routes as the sources declare them.

use std::collections::BTreeSet;
use std::path::Path;

use revcart_tests::revcart;
use shared_events::Service;

/// `METHOD path` of every route: those of the OpenAPI document, which are declared and described in one go, and those that the
/// `http.rs` of a service declares without describing them.
pub(crate) async fn declared() -> anyhow::Result<BTreeSet<String>> {
    let mut declared = BTreeSet::new();
    for service in Service::ALL {
        let document = revcart(["openapi", service.name()]).await?.json()?;
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let methods = item.as_object().into_iter().flatten();
            declared.extend(methods.map(|(method, _)| format!("{} {path}", method.to_uppercase())));
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = root.expect("tests lie in the workspace");
    for service in Service::ALL {
        let file = root.join(format!("services/{}/src/http.rs", service.short()));
        declared.extend(routes(&std::fs::read_to_string(file)?));
    }
    Ok(declared)
}

/// The routes of one table: `.route("/path", get(handler).put(handler))`.
fn routes(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for declaration in source.split(".route(").skip(1) {
        let mut parts = declaration.splitn(3, '"');
        let (Some(_), Some(path), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            panic!("no path in {declaration}");
        };
        let methods: Vec<_> = calls(rest).filter_map(method).collect();
        assert!(!methods.is_empty(), "no method for {path}");
        found.extend(
            methods
                .iter()
                .map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    found
}

/// What a function adds to a route: axum's are named like the method, what the edge makes for every service is read only.
fn method(function: &str) -> Option<&str> {
    match function {
        "get" | "post" | "put" | "delete" | "patch" => Some(function),
        "route" => Some("get"),
        _ => None,
    }
}

/// The names of the functions that are called.
fn calls(source: &str) -> impl Iterator<Item = &str> {
    source.split('(').map(|before| {
        let name = before.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_');
        name.into_iter().next().unwrap_or_default()
    })
}

#[test]
fn routes_are_read_from_a_table_of_them() {
    let source = r#"
        Router::new()
            .route("/a", get(show::handle).put(change::handle))
            .route(
                "/a/{id}",
                delete(forget::handle),
            )
            .route("/b", edge::trace::route(|app: App| async move { app.known() }))
            .with_state(app)"#;
    assert_eq!(
        routes(source),
        ["GET /a", "PUT /a", "DELETE /a/{id}", "GET /b"]
    );
}
