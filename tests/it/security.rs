//! `docs/security.md` names tests as its proof: they exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every function below `folder`, as far as names go.
fn functions(folder: &Path, found: &mut BTreeSet<String>) -> std::io::Result<()> {
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(path)?;
                let names = text.split("fn ").skip(1);
                found.extend(
                    names
                        .filter_map(|rest| rest.split(['(', '<']).next())
                        .map(str::to_owned),
                );
            }
        }
    }
    Ok(())
}

#[test]
fn every_test_that_the_page_on_security_names_exists() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lie in the workspace");
    let mut known = BTreeSet::new();
    for folder in ["platform", "services", "shared-events", "revcart", "tests"] {
        functions(&root.join(folder), &mut known)?;
    }
    let page = std::fs::read_to_string(root.join("docs/security.md"))?;
    let quoted = page.split('`').skip(1).step_by(2);
    let named: Vec<&str> = quoted
        .filter(|name| name.matches('_').count() > 2)
        .collect();
    assert!(named.len() > 50, "{named:?}");
    let gone: Vec<_> = named
        .into_iter()
        .filter(|name| !known.contains(*name))
        .collect();
    assert!(gone.is_empty(), "{gone:#?}");
    Ok(())
}
