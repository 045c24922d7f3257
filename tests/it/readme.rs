//! The README's five minutes with curl and the guides below `docs/guide`, line by line as they stand there.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use revcart_tests::{System, command};
use tokio::process::Command;

const WALK: &str = "## Five minutes with curl";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lie in the workspace")
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("there is a README")
}

/// What the shell blocks of a text say, one after the other.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("```sh\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default())
}

/// The same for this system.
fn adapted(lines: &str, system: &System) -> String {
    let revcart = command::binary().to_string_lossy();
    lines
        .replace("http://127.0.0.1:8080", &system.address())
        .replace(
            "ws://127.0.0.1:8080",
            &system.address().replace("http", "ws"),
        )
        .replace("cargo run -q -p revcart --", &revcart)
        // A machine that runs other tests beside is not as quick as a reader's.
        .replace("sleep 1\n", "sleep 5\n")
}

/// What the shell blocks of the walk say.
fn walk() -> String {
    let readme = readme();
    let (_, walk) = readme.split_once(WALK).expect("it has the walk");
    let walk = walk.split("\n## ").next().unwrap_or_default();
    let lines: String = blocks(walk).collect();
    assert!(lines.contains("127.0.0.1:8080") && lines.contains("cargo run -q -p revcart --"));
    lines
}

/// What the shell prints and complains about.
async fn run(script: String, system: &System) -> anyhow::Result<(bool, String, String)> {
    let mut shell = Command::new("sh");
    shell
        .arg("-e")
        .arg("-c")
        .arg(script)
        .current_dir(system.data());
    shell
        .env("REVCART_DATA", system.data())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = shell.output().await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((
        output.status.success(),
        text(&output.stdout),
        text(&output.stderr),
    ))
}

#[tokio::test]
async fn the_walk_with_curl_goes_as_the_readme_says() -> anyhow::Result<()> {
    let system = System::start(&[]).await?;
    let (ended_well, told, complaints) = run(adapted(&walk(), &system), &system).await?;
    assert!(ended_well, "{told}\n{complaints}");
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

/// Problems that were answered: `"code":"OUT_OF_STOCK"`.
fn problems(told: &str) -> impl Iterator<Item = &str> {
    let codes = told.split("\"code\":\"").skip(1);
    codes.map(|rest| rest.split('"').next().unwrap_or_default())
}

/// Each guide begins where the README's first block ends: with `api`, `json` and `call`.
#[tokio::test]
async fn every_guide_goes_as_it_says_and_meets_no_problem_that_it_does_not_speak_of()
-> anyhow::Result<()> {
    let beginning = walk();
    let beginning = beginning.split("call \"$api").next().unwrap_or_default();
    let mut guides: Vec<PathBuf> = std::fs::read_dir(root().join("docs/guide"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    guides.sort();
    assert!(guides.len() >= 8, "one for each service: {guides:?}");
    let mut complaints = Vec::new();
    for guide in guides {
        let text = std::fs::read_to_string(&guide)?;
        let system = System::start(&[]).await?;
        let script = adapted(
            &format!("{beginning}{}", blocks(&text).collect::<String>()),
            &system,
        );
        let (ended_well, told, errors) = run(script, &system).await?;
        let name = guide.file_name().unwrap_or_default().to_string_lossy();
        if !ended_well {
            complaints.push(format!("{name} breaks off: {errors}\n{told}"));
        }
        complaints.extend(
            problems(&told)
                .filter(|code| !text.contains(code))
                .map(|code| format!("{name} meets {code}:\n{told}")),
        );
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
    Ok(())
}
