//! For tests: the Redis of the local stack under a prefix of one's own, and a private server that can be stopped and started.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use revcart_runtime::{Environment, Secret, Setting};

use super::Shared;

const TEST_URL: Setting = Setting {
    name: "REVCART_TEST_REDIS_URL",
    default: None,
    meaning: "the Redis that tests use: run `localstack/stack up` and `eval \"$(localstack/stack env)\"`",
    secret: false,
};
/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A prefix that nobody else uses.
pub fn prefix() -> String {
    format!("test-{:016x}", rand::random::<u64>())
}

/// One replica's view of the stack's Redis. Replicas of one system have the same `prefix`.
///
/// # Panics
/// If there is none; says what to run.
pub async fn replica(prefix: &str) -> Shared {
    let url = Environment::from_process()
        .text(&TEST_URL)
        .unwrap_or_else(|error| panic!("{error}"));
    Shared::redis(&Secret::new(url), prefix)
        .await
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A Redis of one test alone. It ends with the test, also when that fails, and forgets everything then.
pub struct Server {
    port: u16,
    directory: PathBuf,
    process: Option<Child>,
}

impl Server {
    /// Starts one on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// If there is no `redis-server` on the machine, or it does not start.
    pub async fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let mut server = Self {
            port: free.expect("a free port").port(),
            directory: std::env::temp_dir().join(format!("revcart-redis-{}", prefix())),
            process: None,
        };
        std::fs::create_dir(&server.directory).expect("a temporary directory");
        server.start_again().await;
        server
    }

    /// Where it is.
    pub fn url(&self) -> Secret {
        Secret::new(format!("redis://127.0.0.1:{}", self.port))
    }

    /// One replica's view of it.
    ///
    /// # Panics
    /// If it does not answer.
    pub async fn replica(&self) -> Shared {
        Shared::redis(&self.url(), "test")
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Starts it after [`Server::stop`], with what it has kept.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start_again(&mut self) {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--save", "3600 1", "--dir"])
            .arg(&self.directory)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed (Debian: redis-server)");
        self.process = Some(process);
        let started = Instant::now();
        while Shared::redis(&self.url(), "test").await.is_err() {
            assert!(started.elapsed() < PATIENCE, "redis-server does not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it in good order: it keeps what it has for the next start.
    ///
    /// # Panics
    /// If it cannot be told.
    pub fn stop(&mut self) {
        self.signal("TERM");
        self.end(|process| process.wait().map(drop));
    }

    /// Has it hang: it takes connections and answers nothing. [`Server::resume`] ends that.
    ///
    /// # Panics
    /// If it cannot be told.
    pub fn hang(&self) {
        self.signal("STOP");
    }

    /// See [`Server::hang`].
    ///
    /// # Panics
    /// If it cannot be told.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().expect("it runs").id().to_string();
        let told = Command::new("kill").args(["-s", signal, &process]).status();
        assert!(told.is_ok_and(|status| status.success()), "it can be told");
    }

    fn end(&mut self, how: impl FnOnce(&mut Child) -> std::io::Result<()>) {
        if let Some(mut process) = self.process.take() {
            how(&mut process).expect("it ends");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
