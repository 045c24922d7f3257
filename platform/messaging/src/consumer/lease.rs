//! Keeps received messages invisible while they are worked on, up to a cap: a handler that hangs gives its messages back.

use std::time::Duration;

use super::incoming::Readable;
use super::worker::Worker;
use crate::bus::Receipt;

impl<E: Readable> Worker<E> {
    /// Runs `work` while renewing the lease on `receipts`. Past the cap the renewing stops: the messages come again, and the
    /// inbox sees to it that they have their effect once whichever attempt commits first.
    pub(super) async fn leased<T>(&self, receipts: &[Receipt], work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        let mut held = Duration::ZERO;
        let every = self.options.visibility / 3;
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(every) => {
                    held += every;
                    if held + self.options.visibility > self.options.lease_cap {
                        tracing::error!(queue = %self.service.name(), messages = receipts.len(), "handling takes too long; the messages are given back");
                        return work.await;
                    }
                    renew(self, receipts).await;
                }
            }
        }
    }
}

async fn renew<E: Readable>(worker: &Worker<E>, receipts: &[Receipt]) {
    let entries: Vec<_> = receipts
        .iter()
        .map(|receipt| (receipt.clone(), worker.options.visibility))
        .collect();
    if let Err(error) = worker.bus.change_visibility(worker.service, &entries).await {
        tracing::warn!(queue = worker.service.name(), %error, "a lease could not be renewed");
    }
}
