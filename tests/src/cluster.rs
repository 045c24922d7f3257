//! The eight services and the gateway as processes of their own, on the real backends: databases, topics and queues of this
//! cluster alone, made for it and gone with it.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use revcart_messaging::sqs;
use revcart_persistence::testing::Place;
use serde_json::Value;
use shared_events::Service;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::audit::Audit;
use crate::command::{Ran, finish, prepared};
use crate::shop::Shop;
use crate::stack;
use crate::system::{signal, spawn_reader};

/// How long nine processes (or seventeen) may take to come up: debug builds on a busy machine.
const START: Duration = Duration::from_secs(120);
/// How long an orderly end may take.
const END: Duration = Duration::from_secs(60);
/// Ports of one replica.
const NEXT_REPLICA: u16 = 10;

/// A running cluster. It ends with the test, also with one that fails: its processes end when our end of their standard
/// input does.
pub struct Cluster {
    // Fields are dropped in this order: processes before what they stand on.
    child: Option<Child>,
    restarted: BTreeMap<String, Child>,
    folder: TempDir,
    settings: BTreeMap<String, String>,
    processes: BTreeMap<String, u32>,
    base_port: u16,
    prefix: String,
    _places: Vec<Place>,
}

impl Cluster {
    /// Starts so many replicas of each service, with these settings.
    ///
    /// # Errors
    /// When the backends are not there or the cluster does not come up.
    pub async fn start(replicas: u16, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut own: BTreeMap<String, String> = stack::settings()?.into_iter().collect();
        let folder = tempfile::tempdir()?;
        let prefix = format!("t{}-", &uuid::Uuid::new_v4().simple().to_string()[..12]);
        own.insert("REVCART_RESOURCE_PREFIX".to_owned(), prefix.clone());
        let mut places = Vec::new();
        for service in Service::ALL {
            let place = Place::real(service).await;
            let address = place.address().context("it is on a server")?;
            let name = revcart_persistence::address_of(service).name;
            own.insert(name.to_owned(), address);
            places.push(place);
        }
        for (name, value) in settings {
            own.insert((*name).to_owned(), (*value).to_owned());
        }
        let mut cluster = Self {
            folder,
            child: None,
            restarted: BTreeMap::new(),
            settings: own,
            processes: BTreeMap::new(),
            base_port: free_ports(replicas * NEXT_REPLICA)?,
            prefix,
            _places: places,
        };
        cluster.spawn(replicas).await?;
        Ok(cluster)
    }

    /// The gateway's address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.base_port)
    }

    /// A client of it, through the gateway.
    #[must_use]
    pub fn shop(&self) -> Shop {
        Shop::at(self.address())
    }

    /// The address of one process, named as in `order` or `order.2`.
    #[must_use]
    pub fn address_of(&self, process: &str) -> String {
        format!("http://127.0.0.1:{}", self.port_of(process))
    }

    /// The processes of services, by name.
    #[must_use]
    pub fn processes(&self) -> Vec<String> {
        let services = self.processes.keys();
        services
            .filter(|name| *name != "gateway")
            .cloned()
            .collect()
    }

    /// The numbers of all processes.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.processes.values().copied().collect()
    }

    /// Ends a process at once, as the out-of-memory killer would.
    ///
    /// # Errors
    /// When there is none, or it cannot be killed.
    pub async fn kill(&mut self, process: &str) -> anyhow::Result<()> {
        let pid = self.processes.remove(process);
        signal(pid.context("there is no such process")?, "KILL").await?;
        if let Some(mut child) = self.restarted.remove(process) {
            child.wait().await?;
        }
        Ok(())
    }

    /// Starts a process again that was killed, at its address.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn restart(&mut self, process: &str) -> anyhow::Result<()> {
        let service = process.split('.').next().unwrap_or(process);
        let keys = self.folder.path().join("keys");
        let mut command = self.prepared();
        command
            .args(["serve", service, "--while-stdin"])
            .args(["--listen", &format!("127.0.0.1:{}", self.port_of(process))])
            .arg("--data")
            .arg(self.folder.path())
            .envs(self.urls()?)
            .env("REVCART_RATE_LIMITS", "off")
            .env("REVCART_SERVICE_TRUST", keys.join("trust.json"))
            .env(
                "REVCART_SERVICE_KEY_FILE",
                keys.join(format!("{service}-service.pem")),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().context("revcart cannot be started")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        until_line(stdout, &format!("{service}-service is up")).await?;
        self.processes
            .insert(process.to_owned(), child.id().context("it runs")?);
        self.restarted.insert(process.to_owned(), child);
        Ok(())
    }

    /// Runs a command of the binary on this cluster's backends.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn command(&self, args: &[&str]) -> anyhow::Result<Ran> {
        let mut command = self.prepared();
        command.args(args).envs(self.urls()?);
        command.arg("--data").arg(self.folder.path());
        finish(command).await
    }

    /// Asks whether all invariants hold.
    ///
    /// # Errors
    /// When `revcart audit` cannot be run or understood.
    pub async fn audit(&self) -> anyhow::Result<Audit> {
        Audit::read(
            &self
                .command(&["audit", "--json", "--settle", "90s"])
                .await?,
        )
    }

    /// Whether a process says that it can serve.
    ///
    /// # Errors
    /// When it does not answer at all.
    pub async fn is_ready(&self, process: &str) -> anyhow::Result<bool> {
        let shop = Shop::at(self.address_of(process));
        let reply = shop.get("/actuator/health/readiness", None).await?;
        Ok(reply.status.is_success())
    }

    /// Waits until every process is ready again.
    ///
    /// # Errors
    /// When one is not after a minute.
    pub async fn until_ready(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        for process in self.processes() {
            while !self.is_ready(&process).await.unwrap_or(false) {
                anyhow::ensure!(
                    began.elapsed() < Duration::from_secs(60),
                    "{process} is not ready"
                );
                // Another process cannot be driven until idle, only be asked again.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }

    /// The sum of a metric over all processes, or over one; those whose name and labels contain all of `with`.
    ///
    /// # Errors
    /// When one cannot be asked.
    pub async fn metric(&self, process: &str, with: &[&str]) -> anyhow::Result<f64> {
        let reply = Shop::at(self.address_of(process))
            .get("/metrics", None)
            .await?;
        let matching = reply
            .text
            .lines()
            .filter(|line| !line.starts_with('#') && with.iter().all(|part| line.contains(part)));
        let values = matching.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
        Ok(values.sum())
    }

    /// Asks all processes to end in order, and removes what was made for them at the broker.
    ///
    /// # Errors
    /// When one does not end within a minute.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        for (name, mut child) in std::mem::take(&mut self.restarted) {
            drop(child.stdin.take());
            let ended = tokio::time::timeout(END, child.wait()).await;
            ended.with_context(|| format!("{name} does not end"))??;
        }
        if let Some(mut child) = self.child.take() {
            let pid = child.id().context("the cluster has ended already")?;
            signal(pid, "TERM").await?;
            let ended = tokio::time::timeout(END, child.wait()).await;
            ended.context("the cluster does not end")??;
        }
        sqs::topology::destroy(&sqs::Options::new(self.prefix.clone(), &Service::ALL)).await?;
        Ok(())
    }

    /// The JSON of one of the operators' commands.
    ///
    /// # Errors
    /// When it does not succeed.
    pub async fn json(&self, args: &[&str]) -> anyhow::Result<Value> {
        self.command(args).await?.json()
    }

    fn port_of(&self, process: &str) -> u16 {
        let (service, replica) = process.split_once('.').unwrap_or((process, "1"));
        let offset = Service::ALL
            .iter()
            .find(|known| known.short() == service)
            .map_or(0, |known| known.port() - 8080);
        let replica: u16 = replica.parse().unwrap_or(1);
        self.base_port + offset + (replica - 1) * NEXT_REPLICA
    }

    fn prepared(&self) -> Command {
        let mut command = prepared();
        command.envs(&self.settings);
        command
    }

    /// Where the services are, as the cluster has written it down.
    fn urls(&self) -> anyhow::Result<Vec<(String, String)>> {
        let file: PathBuf = self.folder.path().join("cluster.env");
        let text = std::fs::read_to_string(&file)?;
        let pair = |line: &str| {
            let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
            Some((name.to_owned(), value.trim_matches('\'').to_owned()))
        };
        Ok(text.lines().filter_map(pair).collect())
    }

    /// The folder of keys and files.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    async fn spawn(&mut self, replicas: u16) -> anyhow::Result<()> {
        let mut command = self.prepared();
        command
            .args(["cluster", "--replicas", &replicas.to_string()])
            .args(["--base-port", &self.base_port.to_string()])
            .arg("--data")
            .arg(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().context("revcart cannot be started")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let told = until_line(stdout, "  try").await?;
        // `  order.2          http://127.0.0.1:8094  process 4711`
        for line in told {
            let mut words = line.split_whitespace();
            if let (Some(name), Some(_), Some("process"), Some(pid)) =
                (words.next(), words.next(), words.next(), words.next())
            {
                self.processes.insert(name.to_owned(), pid.parse()?);
            }
        }
        anyhow::ensure!(
            self.processes.len() == usize::from(replicas) * 8 + 1,
            "not all processes are named: {:?}",
            self.processes
        );
        self.child = Some(child);
        Ok(())
    }
}

/// Reads lines up to one that begins like this, and goes on reading so that a full pipe never blocks the process.
async fn until_line(
    output: impl AsyncRead + Send + Unpin + 'static,
    beginning: &str,
) -> anyhow::Result<Vec<String>> {
    let mut lines = BufReader::new(output).lines();
    let came_up = async {
        let mut told = Vec::new();
        while let Some(line) = lines.next_line().await? {
            if line.starts_with(beginning) {
                return Ok(told);
            }
            told.push(line);
        }
        bail!("it ended while it started: {told:?}")
    };
    let came_up = tokio::time::timeout(START, came_up).await;
    let told = came_up.context("it does not come up")??;
    spawn_reader(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(told)
}

/// The first of so many neighbouring ports on which nobody listens, below those of outgoing connections and above those that
/// single systems take.
fn free_ports(number: u16) -> anyhow::Result<u16> {
    const FIRST: u16 = 12_000;
    const LAST: u16 = 19_900;
    let begin = u16::try_from(std::process::id() % 7_000).unwrap_or(0) / 40 * 40;
    for step in 0..190_u16 {
        let first = FIRST + (begin + step * 40) % (LAST - FIRST);
        let mut block = first..first + number;
        if block.all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return Ok(first);
        }
    }
    bail!("no ports are free")
}
