//! One process of the cluster: started, listened to, and ended by closing its standard input, which also happens when
//! whoever started it is killed.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context;
use revcart_runtime::Tasks;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, ChildStdin, Command};

/// How long an orderly end may take: a service gives work in hand 30 s.
const END: Duration = Duration::from_secs(40);
/// What would be another's.
const OF_OUR_OWN: [&str; 4] = [
    "REVCART_LISTEN",
    "REVCART_SERVICE_KEY",
    "REVCART_SERVICE_KEY_FILE",
    "REVCART_DATA",
];

/// What to start.
#[derive(Debug, Clone)]
pub(super) struct Start {
    /// What stands before its lines.
    pub(super) name: String,
    /// What `revcart serve` is told.
    pub(super) served: &'static str,
    pub(super) port: u16,
    pub(super) data: PathBuf,
    /// Beside our own environment.
    pub(super) settings: Vec<(String, String)>,
}

/// A process that was started.
pub(super) struct Process {
    name: String,
    port: u16,
    id: u32,
    child: Child,
    stdin: Option<ChildStdin>,
    status: Option<ExitStatus>,
}

impl Process {
    /// Starts it; what it says is passed on by tasks.
    pub(super) fn start(start: Start, tasks: &Tasks) -> anyhow::Result<Self> {
        let binary = std::env::current_exe().context("cannot tell which program this is")?;
        let mut command = Command::new(binary);
        command
            .args(["serve", start.served, "--while-stdin"])
            .args(["--listen", &format!("127.0.0.1:{}", start.port)])
            .arg("--data")
            .arg(&start.data);
        for name in OF_OUR_OWN {
            command.env_remove(name);
        }
        command
            .envs(start.settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A Ctrl-C is for us alone: the others end in our order.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command
            .spawn()
            .with_context(|| format!("{} cannot be started", start.name))?;
        if let Some(stdout) = child.stdout.take() {
            pass_on(tasks, start.name.clone(), stdout);
        }
        if let Some(stderr) = child.stderr.take() {
            pass_on(tasks, start.name.clone(), stderr);
        }
        Ok(Self {
            name: start.name,
            port: start.port,
            id: child.id().unwrap_or_default(),
            stdin: child.stdin.take(),
            child,
            status: None,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How it has ended, if it has.
    pub(super) fn has_ended(&mut self) -> std::io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.child.try_wait()?;
        }
        Ok(self.status)
    }

    /// The same, once.
    pub(super) fn has_ended_now(&mut self) -> std::io::Result<Option<ExitStatus>> {
        if self.is_gone() {
            return Ok(None);
        }
        self.has_ended()
    }

    /// Whether it is known to have ended.
    pub(super) fn is_gone(&self) -> bool {
        self.status.is_some()
    }

    /// Has it end, in order if it can. Whether it ended well.
    pub(super) async fn end(&mut self) -> bool {
        drop(self.stdin.take());
        if let Some(status) = self.status {
            return status.success();
        }
        match tokio::time::timeout(END, self.child.wait()).await {
            Ok(Ok(status)) => {
                self.status = Some(status);
                status.success()
            }
            Ok(Err(error)) => {
                tracing::warn!(process = self.name, %error, "cannot be waited for");
                false
            }
            Err(_) => {
                tracing::warn!(process = self.name, "does not end and is killed");
                if let Err(error) = self.child.kill().await {
                    tracing::warn!(process = self.name, %error, "cannot be killed");
                }
                false
            }
        }
    }
}

/// Passes lines on as ours, with the name before them, until there are no more.
fn pass_on(tasks: &Tasks, name: String, from: impl AsyncRead + Send + Unpin + 'static) {
    let mut lines = BufReader::new(from).lines();
    tasks.spawn("passing on", async move {
        loop {
            match lines.next_line().await {
                Ok(Some(line)) => eprintln!("{name:<14} {line}"),
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(process = name, %error, "a line cannot be read");
                    return;
                }
            }
        }
    });
}
