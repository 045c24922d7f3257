//! What concerns the whole process, and so has a process of its own.

use std::process::Command;
use std::time::Duration;

use revcart_runtime::{Environment, Shutdown, telemetry};

#[tokio::test]
async fn sigterm_requests_shutdown() {
    let shutdown = Shutdown::new();
    shutdown.on_signals().unwrap();
    assert!(!shutdown.is_requested());
    let killed = Command::new("kill")
        .args(["-TERM", &std::process::id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    tokio::time::timeout(Duration::from_secs(10), shutdown.requested())
        .await
        .expect("the signal arrives");
}

#[test]
fn logging_is_set_up_once() {
    let env = Environment::from_pairs([("REVCART_LOG_FORMAT", "json"), ("RUST_LOG", "warn")]);
    telemetry::init_from(&env).unwrap();
    assert!(matches!(
        telemetry::init_from(&env),
        Err(telemetry::Error::AlreadySet)
    ));
}

#[test]
fn process_environment_is_read() {
    let path = revcart_runtime::Setting {
        name: "PATH",
        default: None,
        meaning: "where programs are",
        secret: false,
    };
    assert!(!Environment::from_process().text(&path).unwrap().is_empty());
}
