use std::io;

use super::*;

const PATIENCE: Duration = Duration::from_secs(5);

fn tasks() -> (Tasks, Shutdown) {
    let shutdown = Shutdown::new();
    (Tasks::new(shutdown.clone()), shutdown)
}

#[tokio::test]
async fn drain_waits_for_work_in_hand() {
    let (tasks, shutdown) = tasks();
    let (done, mut is_done) = watch::channel(false);
    tasks.spawn("worker", async move {
        shutdown.requested().await;
        tokio::task::yield_now().await;
        done.send_replace(true);
    });
    assert_eq!(tasks.running(), ["worker"]);
    assert!(tasks.drain(PATIENCE).await.is_empty());
    assert!(*is_done.borrow_and_update());
    assert!(tasks.running().is_empty());
}

#[tokio::test(start_paused = true)]
async fn drain_names_and_aborts_who_will_not_stop() {
    let (tasks, _) = tasks();
    tasks.spawn("stubborn", std::future::pending::<()>());
    tasks.spawn("quick", async {});
    assert_eq!(tasks.drain(PATIENCE).await, ["stubborn"]);
    assert!(tasks.drain(PATIENCE).await.is_empty(), "it was aborted");
}

#[tokio::test]
async fn a_task_that_ends_well_stops_nobody() {
    let (tasks, shutdown) = tasks();
    tasks.spawn("one-off", async { Ok::<(), io::Error>(()) });
    while !tasks.running().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(!shutdown.is_requested());
    assert_eq!(tasks.failure(), None);
}

#[tokio::test]
async fn a_failing_task_requests_shutdown_and_is_remembered_with_its_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the queue")]
    struct Failed(#[source] io::Error);

    let (tasks, shutdown) = tasks();
    tasks.spawn("consumer", async {
        Err(Failed(io::Error::other("disk is full")))
    });
    shutdown.requested().await;
    assert_eq!(
        tasks.failure().as_deref(),
        Some("consumer: cannot read the queue: disk is full")
    );
}

#[tokio::test]
async fn a_panicking_task_requests_shutdown() {
    let (tasks, shutdown) = tasks();
    let rows = [1, 2, 3];
    tasks.spawn("relay", async move {
        assert!(rows.is_empty(), "there are {} rows", rows.len());
    });
    shutdown.requested().await;
    assert_eq!(
        tasks.failure().as_deref(),
        Some("relay: panicked: there are 3 rows")
    );
}

#[tokio::test]
async fn the_first_failure_is_the_one_that_is_kept() {
    let (tasks, shutdown) = tasks();
    tasks.spawn("first", async { Err("cause") });
    shutdown.requested().await;
    tasks.spawn("second", async { Err("consequence") });
    assert!(tasks.drain(PATIENCE).await.is_empty());
    assert_eq!(tasks.failure().as_deref(), Some("first: cause"));
}
