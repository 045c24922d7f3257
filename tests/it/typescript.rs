//! The TypeScript client: generated from the document, compiled under `strict`, and run.

use std::path::{Path, PathBuf};

use anyhow::Context;
use revcart_tests::System;
use tokio::process::Command;

fn client() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("tests lie in the workspace")
        .join("clients/typescript")
}

/// What a program of the client's packages prints; an error with it if it fails.
async fn run(program: &str, args: &[&str]) -> anyhow::Result<String> {
    let found = client().join("node_modules/.bin").join(program);
    let program = if program == "node" {
        PathBuf::from(program)
    } else {
        found
    };
    let mut command = Command::new(&program);
    command.args(args).current_dir(client()).kill_on_drop(true);
    let output = command.output().await;
    let output = output.with_context(|| format!("{}: run tests/api/install", program.display()))?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    anyhow::ensure!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(told)
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("paths are text here")
}

#[tokio::test]
async fn the_types_are_those_of_the_document() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let made = folder.path().join("schema.ts");
    run(
        "openapi-typescript",
        &[
            "../../schemas/openapi/revcart.json",
            "--output",
            text(&made)?,
        ],
    )
    .await?;
    let kept = std::fs::read_to_string(client().join("src/schema.ts"))?;
    anyhow::ensure!(
        std::fs::read_to_string(made)? == kept,
        "src/schema.ts is out of date: run `make schemas`"
    );
    Ok(())
}

#[tokio::test]
async fn the_client_compiles_under_strict_and_places_an_order() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(client())?;
    run("tsc", &["--outDir", text(folder.path())?]).await?;
    let system = System::start(&[]).await?;
    let example = folder.path().join("example.js");
    let told = run("node", &[text(&example)?, &system.address()]).await?;
    assert!(told.trim_end().ends_with(" CONFIRMED"), "{told}");
    Ok(())
}
