//! Keeps received messages invisible while they are worked on, up to a cap: a handler that hangs gives its messages back.

use std::time::Duration;

use super::ahead::Waiting;
use super::incoming::Readable;
use super::worker::Worker;
use crate::bus::Receipt;

impl<E: Readable> Worker<E> {
    /// Runs `work` while renewing the lease on `receipts`, and on what is waiting behind them. Past the cap the renewing
    /// stops: the messages come again, and the inbox sees to it that they have their effect once whichever attempt commits
    /// first. Work whose messages all belong to others by now, or are settled, is waited for no longer.
    pub(super) async fn leased(
        &self,
        receipts: &[Receipt],
        waiting: Option<&Waiting>,
        work: impl Future<Output = ()>,
    ) {
        tokio::pin!(work);
        let mut held = Duration::ZERO;
        let every = self.options.visibility / 3;
        loop {
            tokio::select! {
                biased;
                () = &mut work => return,
                () = tokio::time::sleep(every) => {}
            }
            held += every;
            if held + self.options.visibility > self.options.lease_cap {
                tracing::error!(queue = %self.service.name(), messages = receipts.len(), "handling takes too long; the messages are given back");
                return work.await;
            }
            // At the same time: a renewal that takes long must not hold up the work.
            let lost = tokio::select! {
                biased;
                () = &mut work => return,
                lost = renew(self, receipts, waiting) => lost,
            };
            if lost {
                tracing::warn!(queue = %self.service.name(), messages = receipts.len(), "the lease on all messages of a batch is lost; they are left to whoever has them now");
                return;
            }
        }
    }
}

/// Whether all of `receipts` are worth nothing any more.
async fn renew<E: Readable>(
    worker: &Worker<E>,
    receipts: &[Receipt],
    waiting: Option<&Waiting>,
) -> bool {
    let waiting = waiting.map(Waiting::receipts).unwrap_or_default();
    let entries: Vec<_> = receipts
        .iter()
        .chain(&waiting)
        .map(|receipt| (receipt.clone(), worker.options.visibility))
        .collect();
    match worker.bus.change_visibility(worker.service, &entries).await {
        Ok(renewed) => renewed.iter().take(receipts.len()).all(Result::is_err),
        Err(error) => {
            tracing::warn!(queue = worker.service.name(), %error, "a lease could not be renewed");
            false
        }
    }
}
