//! `revcart openapi`: the OpenAPI documents, as the services serve them.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use revcart_http_edge::openapi::OpenApi;
use shared_events::Service;

use crate::assembly::document;
use crate::cli::Openapi;
use crate::output;

/// What the document of all services is called.
const ALL: &str = "revcart";

pub(super) fn run(options: &Openapi) -> anyhow::Result<ExitCode> {
    match &options.write {
        Some(folder) => write(folder)?,
        None => {
            let wanted = options
                .service
                .map_or(Service::ALL.to_vec(), |service| vec![service]);
            output::line(text(&document(&wanted))?.trim_end())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Every document with its file's name.
fn files() -> anyhow::Result<Vec<(String, String)>> {
    let each = Service::ALL
        .iter()
        .map(|service| (service.name(), vec![*service]));
    each.chain([(ALL, Service::ALL.to_vec())])
        .map(|(name, services)| Ok((format!("{name}.json"), text(&document(&services))?)))
        .collect()
}

fn text(document: &OpenApi) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(document).context("a document is no JSON")?;
    text.push('\n');
    Ok(text)
}

fn write(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, text) in files()? {
        let file = folder.join(name);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        output::line(format!("wrote {}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_documents_in_the_repository_are_those_of_the_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/openapi");
        for (name, text) in files().unwrap() {
            let kept = std::fs::read_to_string(folder.join(&name)).unwrap_or_default();
            assert!(kept == text, "{name} is out of date: run `make schemas`");
        }
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_a_summary_and_says_who_may_call_it() {
        let document = serde_json::to_value(document(&Service::ALL)).unwrap();
        let mut names = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let what = format!("{method} {path}");
                let name = operation["operationId"].as_str().unwrap_or_default();
                assert!(
                    names.insert(name.to_owned()),
                    "{what} is called like another: {name}"
                );
                assert!(
                    operation["summary"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    "{what} has no summary"
                );
                assert!(
                    operation["security"].is_array(),
                    "{what} does not say who may call it"
                );
            }
        }
        assert!(names.len() > 80, "{}", names.len());
    }

    #[test]
    fn every_body_has_an_example_or_says_what_its_fields_are() {
        let document = serde_json::to_value(document(&Service::ALL)).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                for (kind, content) in operation["requestBody"]["content"]
                    .as_object()
                    .into_iter()
                    .flatten()
                {
                    if kind != "application/json" {
                        continue;
                    }
                    let schema = &content["schema"];
                    let named = schema["$ref"]
                        .as_str()
                        .and_then(|name| name.rsplit('/').next());
                    let schema =
                        named.map_or(schema, |name| &document["components"]["schemas"][name]);
                    let has = |value: &Value| !value.is_null();
                    assert!(
                        has(&schema["example"])
                            || has(&schema["examples"])
                            || has(&content["example"]),
                        "{method} {path} has no example"
                    );
                }
            }
        }
    }
}
