//! What a process tells about itself: log lines on stdout, metrics for Prometheus.
//!
//! Logs are bounded: a value is cut at [`lines::LONGEST_VALUE`], a line carries at most [`lines::MOST_FIELDS`] fields.
//! Nothing is redacted here: what must not be logged is not handed over (see [`crate::Secret`]).
//! Reading order: [`lines`] (log lines), [`names`] (every metric), [`metrics`](fn@metrics) and [`process`].

pub mod lines;
pub mod names;
pub mod process;
mod prometheus;

pub use prometheus::{Metrics, metrics};

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{ConfigError, Environment, Setting};

/// Which log lines are written.
pub const LOG_FILTER: Setting = Setting {
    name: "RUST_LOG",
    default: Some("info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn,h2=warn"),
    meaning: "which log lines are written: directives of tracing's EnvFilter, such as info,order_service=debug",
    secret: false,
};

/// How log lines look.
pub const LOG_FORMAT: Setting = Setting {
    name: "REVCART_LOG_FORMAT",
    default: None,
    meaning: "how log lines look: pretty or json (pretty on a terminal, json elsewhere)",
    secret: false,
};

/// Settings that every process reads for its telemetry.
pub const SETTINGS: &[Setting] = &[LOG_FILTER, LOG_FORMAT];

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: time, level, target, message, fields.
    Pretty,
    /// For collectors: one JSON object per line.
    Json,
}

/// Why logging was not set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// This process has a subscriber already.
    #[error("logging is set up already")]
    AlreadySet,
}

/// Sets up logging as [`LOG_FORMAT`] and [`LOG_FILTER`] say.
///
/// # Errors
/// If a setting is wrong or logging was set up before.
pub fn init_from(env: &Environment) -> Result<(), Error> {
    let words = [("pretty", Format::Pretty), ("json", Format::Json)];
    let format = if env.optional_text(&LOG_FORMAT)?.is_some() {
        env.one_of(&LOG_FORMAT, &words)?
    } else if io::stdout().is_terminal() {
        Format::Pretty
    } else {
        Format::Json
    };
    init(format, &env.text(&LOG_FILTER)?)
}

/// Sets up logging to stdout for the whole process, once.
///
/// # Errors
/// If `filter` is no list of directives or logging was set up before.
pub fn init(format: Format, filter: &str) -> Result<(), Error> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| ConfigError::invalid(&LOG_FILTER, filter, error, LOG_FILTER.meaning))?;
    let colours = format == Format::Pretty && io::stdout().is_terminal();
    // A closed stdout is no reason to stop serving, and there is nowhere left to say so.
    let lines = lines::Lines::new(format, colours, |line| {
        let _ = io::stdout().lock().write_all(line.as_bytes());
    });
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()
        .map_err(|_| Error::AlreadySet)
}

#[cfg(test)]
mod tests;
