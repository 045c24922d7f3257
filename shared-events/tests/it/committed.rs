//! The files in `schemas/` as they are committed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use shared_events::schema::{self, compatibility};

/// A directory below `schemas/`.
pub(crate) fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../schemas")
        .join(name)
}

/// The texts in a directory below `schemas/`, by file name without its ending.
pub(crate) fn texts(name: &str) -> BTreeMap<String, String> {
    let directory = directory(name);
    let entries = fs::read_dir(&directory).expect("the directory is committed");
    entries
        .map(|entry| {
            let path = entry.expect("it can be listed").path();
            let id = path
                .file_stem()
                .expect("files have names")
                .to_string_lossy()
                .into_owned();
            (id, fs::read_to_string(path).expect("it can be read"))
        })
        .collect()
}

/// The committed schemas by id.
pub(crate) fn schemas() -> BTreeMap<String, Value> {
    texts("events")
        .into_iter()
        .map(|(id, text)| (id, serde_json::from_str(&text).expect("schemas are JSON")))
        .collect()
}

#[test]
fn every_committed_file_is_what_would_be_written_today() {
    for file in schema::files().iter().filter(|file| !file.frozen) {
        let committed = fs::read_to_string(directory(&file.path)).unwrap_or_default();
        assert!(
            committed == file.content,
            "schemas/{} is out of date: run `make schemas`",
            file.path
        );
    }
}

#[test]
fn every_version_has_a_golden_file_and_nothing_else_lies_there() {
    let expected: BTreeSet<_> = schema::files().into_iter().map(|file| file.path).collect();
    for name in ["events", "golden"] {
        for id in texts(name).keys() {
            assert!(
                expected.contains(&format!("{name}/{id}.json")),
                "schemas/{name}/{id}.json belongs to no message"
            );
        }
    }
    for path in expected {
        assert!(
            directory(&path).exists(),
            "schemas/{path} is missing: run `make schemas`"
        );
    }
}

#[test]
fn messages_of_today_are_compatible_with_the_committed_schemas() {
    let breaks = compatibility::breaks(&schemas(), &schema::schemas());
    let breaks: Vec<_> = breaks.iter().map(ToString::to_string).collect();
    assert!(breaks.is_empty(), "{}", breaks.join("\n"));
}
