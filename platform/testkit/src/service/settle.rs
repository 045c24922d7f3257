//! Driving the service until nothing is left to do at this time.

use std::cell::Cell;
use std::time::{Duration, Instant};

use revcart_http_edge::host::Progress;
use revcart_runtime::error_chain;

use super::TestService;

/// Rounds after which the service is taken to run in circles.
const MOST_ROUNDS: usize = 1000;
/// Rounds without any work that end it: work that a job leaves to a job before it shows in the second.
const QUIET_ROUNDS: usize = 2;

/// How long [`TestService::settle_while`] goes on.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pause between its rounds, in which a request gets on.
const PAUSE: Duration = Duration::from_millis(1);

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Messages the service said.
    pub sent: usize,
    /// Messages taken from its queue; one that failed and came again counts again.
    pub received: usize,
    /// Rounds of jobs that failed, as they would be logged: name of the job and error.
    pub failures: Vec<String>,
}

impl TestService {
    /// Runs jobs, relay and consumers until none of them has anything to do at this time. Messages whose retry is due
    /// later stay where they are: advance the clock.
    ///
    /// # Panics
    /// If there are dead letters, or no end is in sight.
    pub async fn settle(&self) -> Settled {
        let mut settled = Settled::default();
        let mut quiet = 0;
        for _ in 0..MOST_ROUNDS {
            let worked = self.round(&mut settled).await;
            quiet = if worked { 0 } else { quiet + 1 };
            if quiet == QUIET_ROUNDS {
                self.fail_on_dead_letters().await;
                return settled;
            }
        }
        panic!("{} does not come to rest: {settled:?}", self.name().name());
    }

    /// Settles again and again while `client` does what it does: for requests that wait for what messages bring.
    ///
    /// # Panics
    /// As [`TestService::settle`]; or if `client` does not end within 20 seconds.
    pub async fn settle_while<T>(&self, client: impl Future<Output = T>) -> T {
        let ended = Cell::new(false);
        let started = Instant::now();
        let client = async {
            let output = client.await;
            ended.set(true);
            output
        };
        // Settling is never broken off: that would be a crash.
        let drive = async {
            while !ended.get() {
                assert!(
                    started.elapsed() < PATIENCE,
                    "what it settles for does not end"
                );
                self.settle().await;
                tokio::time::sleep(PAUSE).await;
            }
        };
        futures::join!(client, drive).0
    }

    /// Moves the clock and settles.
    ///
    /// # Panics
    /// As [`TestService::settle`].
    pub async fn advance(&self, by: Duration) -> Settled {
        self.clock().advance(by);
        self.settle().await
    }

    /// Jobs before messages: what a job has said is carried in the same round.
    async fn round(&self, settled: &mut Settled) -> bool {
        let mut worked = false;
        for job in &self.service.jobs {
            match job.step().await {
                Ok(Progress::More) => worked = true,
                Ok(Progress::Idle) => {}
                Err(error) => {
                    settled
                        .failures
                        .push(format!("{}: {}", job.name(), error_chain(&*error)))
                }
            }
        }
        let sent = self.outgoing.step().await.expect("the outbox can be read");
        settled.sent += sent;
        worked |= sent > 0;
        for consumer in &self.service.consumers {
            let received = consumer.step().await.expect("the queue can be read");
            settled.received += received;
            worked |= received > 0;
        }
        worked
    }
}
