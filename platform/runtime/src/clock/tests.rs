use futures::FutureExt;

use super::*;

fn noon() -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000)
}

#[test]
fn manual_time_moves_only_when_advanced() {
    let clock = Clock::manual(noon());
    assert_eq!(clock.now(), noon());
    clock.advance(Duration::from_millis(5));
    assert_eq!(clock.now(), noon() + Duration::from_millis(5));
}

#[test]
fn clones_share_one_time() {
    let clock = Clock::manual(noon());
    let other = clock.clone();
    other.advance(Duration::from_secs(1));
    assert_eq!(clock.now(), noon() + Duration::from_secs(1));
}

#[test]
fn advancing_to_the_past_does_nothing() {
    let clock = Clock::manual(noon());
    clock.advance_to(Timestamp::from_micros(0));
    assert_eq!(clock.now(), noon());
    clock.advance_to(noon() + Duration::from_secs(3));
    assert_eq!(clock.now(), noon() + Duration::from_secs(3));
}

#[test]
fn sleeper_wakes_when_the_clock_reaches_its_time_and_not_before() {
    let clock = Clock::manual(noon());
    let mut nap = Box::pin(clock.sleep(Duration::from_secs(10)));
    assert!(nap.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(9));
    assert!(nap.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(1));
    assert!(nap.as_mut().now_or_never().is_some());
}

#[test]
fn sleep_counts_from_the_call() {
    let clock = Clock::manual(noon());
    let nap = clock.sleep(Duration::from_secs(10));
    clock.advance(Duration::from_secs(10));
    assert!(nap.now_or_never().is_some());
}

#[tokio::test]
async fn spawned_sleeper_is_woken_by_an_advance() {
    let clock = Clock::manual(noon());
    let tasks = crate::Tasks::new(crate::Shutdown::new());
    let (report, woken) = tokio::sync::oneshot::channel();
    let nap = clock.sleep(Duration::from_secs(60));
    tasks.spawn("sleeper", async move {
        nap.await;
        let _ = report.send(());
    });
    tokio::task::yield_now().await;
    clock.advance(Duration::from_secs(60));
    woken.await.expect("the sleeper wakes");
}

#[test]
fn system_clock_does_not_stand_still_in_the_past() {
    let clock = Clock::system();
    assert!(!clock.is_manual());
    assert!(clock.now() > noon());
}

#[tokio::test(start_paused = true)]
async fn system_sleep_until_a_past_time_returns_at_once() {
    let clock = Clock::system();
    let started = tokio::time::Instant::now();
    clock.sleep_until(noon()).await;
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[test]
#[should_panic(expected = "cannot be advanced")]
fn system_clock_refuses_to_be_advanced() {
    Clock::system().advance(Duration::from_secs(1));
}
