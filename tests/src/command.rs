//! The binary under test, and running one of its commands to the end.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use anyhow::Context;
use revcart_runtime::{Environment, Setting};
use serde_json::Value;
use tokio::process::Command;

/// Which binary is tested.
const BINARY: Setting = Setting {
    name: "REVCART_TEST_BINARY",
    default: None,
    meaning: "path of the revcart to test; if not given, it is built from the sources",
    secret: false,
};

/// The binary under test: the one that was asked for, or one that is built (once per test process) in the profile of the
/// tests themselves.
///
/// # Panics
/// When it cannot be built: nothing could be tested.
pub fn binary() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        let asked = Environment::from_process().optional_text(&BINARY);
        match asked.expect("text needs no parsing") {
            Some(path) => path.into(),
            None => built(),
        }
    })
}

fn built() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = root.expect("tests lie in the workspace");
    let profile = if cfg!(debug_assertions) {
        "dev"
    } else {
        "release"
    };
    let built = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "-p", "revcart", "--bin", "revcart"])
        .args(["--profile", profile])
        .current_dir(root)
        .status()
        .expect("cargo can be run");
    assert!(built.success(), "revcart does not build");
    // The test's own executable lies in `<target>/<profile>/deps`, or in `<target>/<profile>` if it is the bench.
    let own = std::env::current_exe().expect("a process knows its executable");
    let folder = own
        .ancestors()
        .skip(1)
        .find(|folder| folder.file_name() != Some(OsStr::new("deps")))
        .expect("there is a target folder");
    folder.join("revcart")
}

/// The binary with an environment of its own: no setting of whoever runs the tests reaches it.
#[must_use]
pub fn prepared() -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("REVCART_") {
            command.env_remove(name);
        }
    }
    command.env("RUST_LOG", "error").stdin(Stdio::null());
    command.kill_on_drop(true);
    command
}

/// What a command came to.
#[derive(Debug, Clone)]
pub struct Ran {
    /// What was run, for messages.
    pub what: String,
    /// Exit status; none if a signal ended it.
    pub status: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Ran {
    /// What it printed, if it ended with status 0.
    ///
    /// # Panics
    /// When it did not.
    #[must_use]
    pub fn good(self) -> String {
        assert_eq!(self.status, Some(0), "{self}");
        self.stdout
    }

    /// What it printed as JSON, whatever its status.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("not JSON: {self}"))
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            what,
            status,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "revcart {what} ended with {status:?}\n{stdout}\n{stderr}"
        )
    }
}

/// Runs a `revcart` command to its end.
///
/// # Errors
/// When it cannot be started.
pub async fn revcart<I, S>(args: I) -> anyhow::Result<Ran>
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let mut command = prepared();
    command.args(args);
    finish(command).await
}

/// The same with these variables in its environment.
///
/// # Errors
/// When it cannot be started.
pub async fn with(environment: &[(String, String)], args: &[&str]) -> anyhow::Result<Ran> {
    let mut command = prepared();
    command.args(args).envs(environment.iter().cloned());
    finish(command).await
}

/// Runs a prepared command to its end.
pub(crate) async fn finish(mut command: Command) -> anyhow::Result<Ran> {
    let args = command.as_std().get_args();
    let what = args
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ");
    let output = command.output().await.context("revcart cannot be run")?;
    Ok(Ran {
        what,
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
