//! The golden files of the messages: what is on the wire.

use std::path::Path;

use serde_json::Value;

/// A message as it stands in `schemas/golden/`.
pub(crate) fn golden(id: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = root.expect("tests lie in the workspace");
    let file = root.join(format!("schemas/golden/{id}.json"));
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).expect("golden files hold JSON")
}
