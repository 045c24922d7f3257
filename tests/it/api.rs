//! Requests made from the OpenAPI document itself: whatever it admits, and much that it does not, is answered without a 5xx, with a
//! status, a type and a body that it announces.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context;
use revcart_runtime::{Environment, Setting};
use revcart_tests::customer::NEAR;
use revcart_tests::{Customer, Shop, System};
use tokio::process::Command;

/// Requests per operation and phase.
const EXAMPLES: Setting = Setting {
    name: "REVCART_TEST_API_EXAMPLES",
    default: Some("20"),
    meaning: "how many requests schemathesis makes up for each operation",
    secret: false,
};

/// Where `tests/api/install` has put it.
const STACK: Setting = Setting {
    name: "REVCART_STACK_DIR",
    default: None,
    meaning: "folder of the local stack; .stack in the workspace if not given",
    secret: false,
};

/// The workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lie in the workspace")
}

/// schemathesis, as `tests/api/install` puts it there.
fn schemathesis() -> anyhow::Result<PathBuf> {
    let stack = Environment::from_process().optional_text(&STACK)?;
    let stack = stack.map_or_else(|| root().join(".stack"), PathBuf::from);
    let program = stack.join("venv-api/bin/schemathesis");
    anyhow::ensure!(
        program.exists(),
        "there is no {}: run tests/api/install",
        program.display()
    );
    Ok(program)
}

/// Sends `shop` what schemathesis makes up from its document, as an admin, whom most doors are open to.
async fn survives(shop: &Shop, address: &str) -> anyhow::Result<()> {
    let admin = shop.admin().await?;
    let examples = Environment::from_process().text(&EXAMPLES)?;
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(schemathesis()?);
    command
        .args([
            "--config-file".as_ref(),
            root().join("tests/api/schemathesis.toml").as_os_str(),
        ])
        .args(["run", &format!("{address}/openapi.json")])
        // One worker: with more of them Python 3.11 now and then loses count of its own recursion.
        .args([
            "--max-examples",
            &examples,
            "--seed",
            "20261120",
            "--workers",
            "1",
        ])
        .args(["--header", &format!("Authorization: Bearer {admin}")])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command
        .output()
        .await
        .context("schemathesis cannot be run")?;
    let told = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let tail: String = told
        .chars()
        .rev()
        .take(20_000)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    println!("{tail}\n{complaints}");
    anyhow::ensure!(output.status.success(), "schemathesis has found something");
    anyhow::ensure!(
        shop.get("/health", None).await?.status == 200,
        "it has not survived"
    );
    Ok(())
}

#[tokio::test]
async fn every_operation_answers_as_its_document_says() -> anyhow::Result<()> {
    let system = System::start(&[]).await?;
    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, 50).await?;
    let customer = Customer::sign_up(&shop, NEAR).await?;
    customer.buy(&product, 3).await?;
    survives(&shop, &system.address()).await?;
    system.audit().await?.is_clean_over(1);
    Ok(())
}
