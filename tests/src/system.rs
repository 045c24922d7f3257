//! A `revcart` process on a folder and a free port of its own, which ends with the test.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::audit::Audit;
use crate::command::{Ran, finish, prepared, revcart};
use crate::shop::Shop;

/// How long a start may take before it counts as failed: a debug build on a busy machine.
const START: Duration = Duration::from_secs(60);
/// How long an orderly end may take: the binary gives work in hand 30 s.
const END: Duration = Duration::from_secs(40);

/// A system, running or not.
pub struct System {
    folder: TempDir,
    settings: BTreeMap<String, String>,
    relaxed: bool,
    child: Option<Child>,
    port: u16,
}

impl System {
    /// Starts `revcart up` with these settings in its environment.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut system = Self::prepare(settings)?;
        system.spawn().await?;
        Ok(system)
    }

    /// A system that waits for the disk at every commit, as `revcart up` does; others do not, to spare the test machine.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_durable(settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut system = Self {
            relaxed: false,
            ..Self::prepare(settings)?
        };
        system.spawn().await?;
        Ok(system)
    }

    /// What `revcart up` says that does not come up with these settings.
    ///
    /// # Errors
    /// When it does come up.
    pub async fn refusal(settings: &[(&str, &str)]) -> anyhow::Result<Ran> {
        let mut command = prepared();
        let listen = format!("127.0.0.1:{}", free_port()?);
        command.args(["up", "--ephemeral", "--listen", &listen]);
        command.envs(settings.iter().copied());
        let ended = tokio::time::timeout(START, finish(command)).await;
        ended.context("it does not end: it came up")?
    }

    /// A system that waits for the disk on which `parent` lies.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_on_disk(parent: &Path) -> anyhow::Result<Self> {
        let mut system = Self {
            relaxed: false,
            folder: tempfile::tempdir_in(parent)?,
            ..Self::prepare(&[])?
        };
        system.spawn().await?;
        Ok(system)
    }

    fn prepare(settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Ok(Self {
            folder: tempfile::tempdir()?,
            settings: settings.iter().map(own).collect(),
            relaxed: true,
            child: None,
            port: free_port()?,
        })
    }

    /// Changes a setting, from the next start on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A client of it.
    #[must_use]
    pub fn shop(&self) -> Shop {
        Shop::at(self.address())
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// The process.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// Ends the process at once, as a power cut or the out-of-memory killer would.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        Ok(())
    }

    /// Asks the process to end (SIGTERM) and waits for it; says how long that took.
    ///
    /// # Errors
    /// When it cannot be asked, does not end within 40 s, or does not end well.
    pub async fn stop(&mut self) -> anyhow::Result<Duration> {
        let Some(mut child) = self.child.take() else {
            return Ok(Duration::ZERO);
        };
        let asked = Instant::now();
        let pid = child.id().context("the process has ended already")?;
        signal(pid, "TERM").await?;
        let ended = tokio::time::timeout(END, child.wait()).await;
        let status = ended.context("it does not end")??;
        anyhow::ensure!(status.success(), "it ended with {status}");
        Ok(asked.elapsed())
    }

    /// Starts the process (anew) on the same data and the same port.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.kill().await?;
        self.spawn().await
    }

    /// Runs a command of the binary on this system's data.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn command(&self, args: &[&str]) -> anyhow::Result<Ran> {
        let data = self.data().to_str().context("the folder's name is text")?;
        revcart(args.iter().copied().chain(["--data", data])).await
    }

    /// Asks whether all invariants hold.
    ///
    /// # Errors
    /// When `revcart audit` cannot be run or understood.
    pub async fn audit(&self) -> anyhow::Result<Audit> {
        Audit::of(self.data()).await
    }

    async fn spawn(&mut self) -> anyhow::Result<()> {
        let mut command = prepared();
        command.arg("up").arg("--data").arg(self.data());
        command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        if self.relaxed {
            command.arg("--relaxed");
        }
        command.envs(&self.settings).stdout(Stdio::piped());
        let mut child = command.spawn().context("revcart cannot be started")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let came_up = async {
            while let Some(line) = lines.next_line().await? {
                if line.starts_with("RevCart is up") {
                    return Ok(());
                }
                println!("{line}");
            }
            bail!("revcart ended while starting")
        };
        let came_up = tokio::time::timeout(START, came_up).await;
        came_up.context("revcart does not come up")??;
        self.child = Some(child);
        // What it says later is passed on, so that a failing test shows it and a full pipe never blocks it.
        let passing_on = async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if !line.starts_with("  ") {
                    println!("{line}");
                }
            }
        };
        spawn_reader(passing_on);
        Ok(())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test has no task set; the reader ends with the process it reads from"
)]
pub(crate) fn spawn_reader(reader: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(reader);
}

/// Sends a process a signal.
///
/// # Errors
/// When there is no such process.
pub async fn signal(pid: u32, name: &str) -> anyhow::Result<()> {
    let sent = Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status()
        .await?;
    anyhow::ensure!(sent.success(), "process {pid} cannot be sent SIG{name}");
    Ok(())
}

/// A port that nobody listens on, below those that the system gives to outgoing connections: one of them could take the
/// port while the process that listens on it is being restarted.
fn free_port() -> anyhow::Result<u16> {
    const FIRST: u16 = 20_000;
    const PORTS: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = std::process::id() % u32::from(PORTS);
    let offset = u16::try_from(offset).context("it is less than the number of ports")?;
    for _ in 0..PORTS {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (offset + step) % PORTS;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free")
}
