//! Bounded polling, for the few tests that run against real time: processes, sockets, streams.
//! Everything that the fixture can drive is driven by [`crate::TestService::settle`] instead.

use std::time::{Duration, Instant};

/// How long [`eventually`] waits before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Asks until there is an answer, at most 20 seconds, and returns it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let mut asked = 0;
/// let answer = revcart_testkit::eventually("the third answer", async || {
///     asked += 1;
///     (asked == 3).then_some(asked)
/// })
/// .await;
/// assert_eq!(answer, 3);
/// # }
/// ```
///
/// # Panics
/// If there is none in that time; `what` says what was waited for.
pub async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, ask).await
}

/// Like [`eventually`], with another bound.
///
/// # Panics
/// If there is no answer within `patience`.
pub async fn within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            started.elapsed() < patience,
            "waited {patience:?} in vain: {what}"
        );
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[should_panic(expected = "in vain: rain")]
    async fn waiting_ends_with_what_was_waited_for() {
        within(Duration::from_millis(1), "rain", async || None::<()>).await;
    }
}
