//! The README's five minutes with curl, line by line as it stands there.

use std::path::Path;
use std::process::Stdio;

use revcart_tests::{System, command};
use tokio::process::Command;

const WALK: &str = "## Five minutes with curl";

/// What the shell blocks of the walk say, for this system.
fn script(system: &System) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let readme = root.expect("tests lie in the workspace").join("README.md");
    let readme = std::fs::read_to_string(&readme).expect("there is a README");
    let (_, walk) = readme.split_once(WALK).expect("it has the walk");
    let walk = walk.split("\n## ").next().unwrap_or_default();
    let blocks = walk.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
    let revcart = command::binary().to_string_lossy();
    let lines = blocks.collect::<String>();
    assert!(lines.contains("127.0.0.1:8080") && lines.contains("cargo run -q -p revcart --"));
    lines
        .replace("http://127.0.0.1:8080", &system.address())
        .replace("cargo run -q -p revcart --", &revcart)
        // A machine that runs other tests beside is not as quick as a reader's.
        .replace("sleep 1", "sleep 5")
}

#[tokio::test]
async fn the_walk_with_curl_goes_as_the_readme_says() -> anyhow::Result<()> {
    let curl = Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if curl.await.is_err() {
        println!("not tested: there is no curl, and tests need nothing but cargo, make and git");
        return Ok(());
    }
    let system = System::start(&[]).await?;
    let mut shell = Command::new("sh");
    shell.arg("-e").arg("-c").arg(script(&system));
    shell.env("REVCART_DATA", system.data()).kill_on_drop(true);
    let output = shell.output().await?;
    let told = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{complaints}");
    for word in [
        r#""status":"CONFIRMED""#,
        "\nCANCELLING\n",
        "\nCANCELLED\n",
        r#""status":"REFUNDED""#,
        "RefundPayment",
        "every invariant holds",
        r#""code":"PAYMENT_DECLINED""#,
        r#""state":"COMPENSATED""#,
        r#""ordersPlaced":3"#,
    ] {
        assert!(
            told.contains(word),
            "{word} is missing in\n{told}\n{complaints}"
        );
    }
    Ok(())
}
