//! The request to stop: made once, seen by everybody who holds a clone.

use std::io;

use tokio_util::sync::CancellationToken;

/// Tells loops that the process shall end. Once requested it stays requested.
/// It only asks: whoever holds work finishes it first (see [`crate::Tasks::drain`]).
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    token: CancellationToken,
}

impl Shutdown {
    /// One that nobody has requested yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requests the end. May be called any number of times.
    pub fn trigger(&self) {
        self.token.cancel();
    }

    /// Completes when the end is requested, at once if it was before. Safe to drop and to call again.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    /// Whether the end is requested.
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// One that follows this one and can be requested alone: for stopping a part.
    #[must_use]
    pub fn part(&self) -> Self {
        Self {
            token: self.token.child_token(),
        }
    }

    /// Requests the end on SIGTERM or SIGINT. A second signal ends the process at once, for whoever will not wait.
    ///
    /// # Errors
    /// If the handlers cannot be installed.
    pub fn on_signals(&self) -> io::Result<()> {
        let mut signals = Signals::install()?;
        let shutdown = self.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "it must outlive the task set to see the second signal"
        )]
        tokio::spawn(async move {
            let signal = signals.next().await;
            tracing::info!(signal, "stopping");
            shutdown.trigger();
            let signal = signals.next().await;
            tracing::warn!(signal, "stopping at once");
            std::process::exit(130);
        });
        Ok(())
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "the same form as on unix")]
    fn install() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn waiting_ends_when_the_end_is_requested_and_not_before() {
        let shutdown = Shutdown::new();
        let seen_elsewhere = shutdown.clone();
        assert!(seen_elsewhere.requested().now_or_never().is_none());
        shutdown.trigger();
        assert!(seen_elsewhere.requested().now_or_never().is_some());
        assert!(seen_elsewhere.is_requested());
    }

    #[test]
    fn a_part_follows_the_whole_and_not_the_other_way_round() {
        let whole = Shutdown::new();
        let (one, other) = (whole.part(), whole.part());
        one.trigger();
        assert!(!whole.is_requested() && !other.is_requested());
        whole.trigger();
        assert!(other.is_requested());
    }
}
