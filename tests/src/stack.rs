//! The real backends that `localstack/stack` has started on this machine.

use std::time::Duration;

use anyhow::Context;
use revcart_runtime::{Environment, Setting};
use tokio::process::Command;

/// The script that starts and stops them.
const STACK: Setting = from_the_stack("REVCART_STACK", false);
const REDIS: Setting = from_the_stack("REVCART_TEST_REDIS_URL", true);
const ENDPOINT: Setting = from_the_stack("AWS_ENDPOINT_URL", false);
const REGION: Setting = from_the_stack("AWS_REGION", false);
const KEY: Setting = from_the_stack("AWS_ACCESS_KEY_ID", false);
const SECRET: Setting = from_the_stack("AWS_SECRET_ACCESS_KEY", true);

const fn from_the_stack(name: &'static str, secret: bool) -> Setting {
    Setting {
        name,
        default: None,
        meaning: "run `localstack/stack up` and `eval \"$(localstack/stack env)\"`",
        secret,
    }
}

/// One of the backends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// SNS and SQS.
    Broker,
    /// The tables of five services.
    MySql,
    /// The documents of three services.
    MongoDb,
    /// Carts at hand, rate limits, news.
    Redis,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Broker, Self::MySql, Self::MongoDb, Self::Redis];

    fn name(self) -> &'static str {
        match self {
            Self::Broker => "localstack",
            Self::MySql => "mysql",
            Self::MongoDb => "mongodb",
            Self::Redis => "redis",
        }
    }

    /// Takes it away for so long, and gives it back with what it knew. (Redis comes back empty.)
    ///
    /// # Errors
    /// When it cannot be stopped or started.
    pub async fn is_away(self, time: Duration) -> anyhow::Result<()> {
        let absence = Absence(self);
        run("stop", self).await?;
        // The outage itself: nothing tells when it has lasted long enough but time.
        tokio::time::sleep(time).await;
        std::mem::forget(absence);
        run("start", self).await
    }
}

/// Gives the backend back when a test fails or is given up in the meantime.
struct Absence(Part);

impl Drop for Absence {
    fn drop(&mut self) {
        if let Ok(script) = script() {
            let started = std::process::Command::new(script)
                .args(["start", self.0.name()])
                .status();
            if started.is_err() {
                eprintln!("{} stays away", self.0.name());
            }
        }
    }
}

fn script() -> anyhow::Result<String> {
    Ok(Environment::from_process().text(&STACK)?)
}

async fn run(what: &str, part: Part) -> anyhow::Result<()> {
    let ran = Command::new(script()?)
        .args([what, part.name()])
        .output()
        .await
        .context("the stack's script cannot be run")?;
    let said = String::from_utf8_lossy(&ran.stderr);
    anyhow::ensure!(
        ran.status.success(),
        "cannot {what} {}: {said}",
        part.name()
    );
    Ok(())
}

/// What a process needs to know of broker and Redis.
///
/// # Errors
/// The variable that is missing, and how to get it.
pub fn settings() -> anyhow::Result<Vec<(String, String)>> {
    let env = Environment::from_process();
    let mut settings = vec![("REVCART_BUS".to_owned(), "sqs".to_owned())];
    for setting in [&ENDPOINT, &REGION, &KEY] {
        settings.push((setting.name.to_owned(), env.text(setting)?));
    }
    for (setting, name) in [(&SECRET, SECRET.name), (&REDIS, "REVCART_REDIS_URL")] {
        settings.push((name.to_owned(), env.secret(setting)?.expose().to_owned()));
    }
    Ok(settings)
}
