//! Log lines as test output: shown for tests that fail, each with its own.

use std::sync::Once;

use revcart_runtime::telemetry::{Format, LOG_FILTER, lines::Lines};
use revcart_runtime::{Environment, Setting};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Tests show warnings, or what `RUST_LOG` asks for.
const FILTER: Setting = Setting {
    default: Some("warn"),
    ..LOG_FILTER
};

/// Sends log lines to the output that the test harness captures; the first call does it for the whole process.
pub(crate) fn show() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let directives = Environment::from_process()
            .text(&FILTER)
            .unwrap_or_default();
        let filter = EnvFilter::try_new(&directives)
            .unwrap_or_else(|error| panic!("RUST_LOG is {directives:?}: {error}"));
        let lines = Lines::new(Format::Pretty, false, |line| print!("{line}"));
        // Somebody's own subscriber is as good.
        let _ = tracing_subscriber::registry()
            .with(filter)
            .with(lines)
            .try_init();
    });
}
