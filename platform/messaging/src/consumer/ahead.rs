//! The loop for a bus that is far away: while one batch is handled, the next is received and the last is acknowledged.
//!
//! ```text
//! receive ──► waiting, one batch at the most ──► handle, one batch ──► acknowledge, three batches at the most
//! ```
//! With the embedded broker there is nothing to gain: a receive costs nothing, and what gathers there meanwhile makes the
//! next batch larger.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use revcart_runtime::Shutdown;
use tokio::sync::{Notify, mpsc};

use super::batch::Acknowledging;
use super::incoming::Readable;
use super::worker::Worker;
use crate::bus::{Receipt, Received};

/// Batches that are handled and wait to be acknowledged, besides the one that is.
const UNACKNOWLEDGED: usize = 2;
/// What one request brings: receiving goes on when there is room for that many.
const PORTION: usize = 10;

/// How long one receive waits for messages: a process that is to end waits for it.
const LONGEST_POLL: Duration = Duration::from_secs(3);
/// How much longer a receive may take when the process is to end.
const GRACE: Duration = Duration::from_secs(1);

/// What was received and is not handled yet.
pub(super) struct Waiting {
    most: usize,
    state: Mutex<State>,
    changed: Notify,
    taken: Notify,
}

#[derive(Default)]
struct State {
    messages: Vec<Received>,
    closed: bool,
}

impl Waiting {
    fn new(most: usize) -> Self {
        Self {
            most,
            state: Mutex::default(),
            changed: Notify::new(),
            taken: Notify::new(),
        }
    }

    /// What is waiting, to renew its lease together with that of the batch at work.
    pub(super) fn receipts(&self) -> Vec<Receipt> {
        let state = self.state();
        let receipts = state.messages.iter().map(|it| it.receipt.clone());
        receipts.collect()
    }

    /// Waits until some messages more may be received; how many.
    async fn room(&self) -> usize {
        loop {
            let room = self.most.saturating_sub(self.state().messages.len());
            if room >= PORTION.min(self.most) {
                return room;
            }
            self.taken.notified().await;
        }
    }

    fn add(&self, received: Vec<Received>) {
        self.state().messages.extend(received);
        self.changed.notify_one();
    }

    fn close(&self) {
        self.state().closed = true;
        self.changed.notify_one();
    }

    /// Waits for messages and takes all; nothing when there will be no more.
    async fn take(&self) -> Option<Vec<Received>> {
        loop {
            {
                let mut state = self.state();
                if !state.messages.is_empty() {
                    self.taken.notify_one();
                    return Some(std::mem::take(&mut state.messages));
                }
                if state.closed {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E: Readable> Worker<E> {
    /// Until shutdown; then the batch in hand is finished, and what waited behind it is given back.
    pub(super) async fn run_ahead(&self, shutdown: &Shutdown) {
        let waiting = Waiting::new(self.options.batch);
        let (handled, to_acknowledge) = mpsc::channel(UNACKNOWLEDGED);
        tokio::join!(
            self.receive_into(&waiting, shutdown),
            self.handle_from(&waiting, Acknowledging::Later(handled), shutdown),
            self.acknowledge_later(to_acknowledge),
        );
    }

    /// A receive that waits is not broken off by shutdown: SQS would hand messages to nobody, and they would be invisible to
    /// everybody until their lease ends. It is waited for, which is why none takes long.
    async fn receive_into(&self, waiting: &Waiting, shutdown: &Shutdown) {
        let wait = self.options.wait.min(LONGEST_POLL);
        loop {
            let room = tokio::select! {
                room = waiting.room() => room,
                () = shutdown.requested() => break,
            };
            let given_up = async {
                shutdown.requested().await;
                tokio::time::sleep(LONGEST_POLL + GRACE).await;
            };
            let received = tokio::select! {
                received = self.receive(room, wait) => received,
                () = given_up => break,
            };
            match received {
                Ok(received) if received.is_empty() => {}
                Ok(received) => waiting.add(received),
                Err(error) => tokio::select! {
                    () = self.pause_after(&error) => {}
                    () = shutdown.requested() => {}
                },
            }
            if shutdown.is_requested() {
                break;
            }
        }
        waiting.close();
    }

    async fn handle_from(
        &self,
        waiting: &Waiting,
        acknowledging: Acknowledging,
        shutdown: &Shutdown,
    ) {
        while let Some(received) = waiting.take().await {
            if shutdown.is_requested() {
                self.hand_on(&received).await;
            } else {
                self.work(received, Some(waiting), &acknowledging, shutdown)
                    .await;
            }
        }
    }

    /// Gives messages back that nobody here will handle, so that others need not wait for them.
    async fn hand_on(&self, received: &[Received]) {
        let changes: Vec<_> = received
            .iter()
            .map(|message| (message.receipt.clone(), Duration::ZERO))
            .collect();
        if let Err(error) = self.bus.change_visibility(self.service, &changes).await {
            tracing::warn!(queue = self.service.name(), %error, "messages could not be given back; they come again when their lease ends");
        }
    }

    /// Acknowledges what has been handled, all that has gathered together.
    async fn acknowledge_later(&self, mut handled: mpsc::Receiver<Vec<Receipt>>) {
        while let Some(mut receipts) = handled.recv().await {
            while let Ok(more) = handled.try_recv() {
                receipts.extend(more);
            }
            self.delete(&receipts).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt;
    use shared_events::{MessageId, Timestamp};

    use super::*;
    use crate::bus::Handle;

    fn messages(count: u64) -> Vec<Received> {
        (0..count)
            .map(|seq| Received {
                id: MessageId::new(),
                body: "{}".into(),
                attributes: Arc::default(),
                receipt: Receipt(Handle::Embedded { seq, stamp: 0 }),
                receive_count: 1,
                sent_at: Timestamp::from_micros(0),
            })
            .collect()
    }

    #[tokio::test]
    async fn there_is_room_for_one_batch_and_no_more() {
        let waiting = Waiting::new(25);
        assert_eq!(waiting.room().await, 25);
        waiting.add(messages(15));
        assert_eq!(waiting.room().await, 10);
        waiting.add(messages(10));
        let mut room = Box::pin(waiting.room());
        assert!(room.as_mut().now_or_never().is_none());
        assert_eq!(waiting.take().await.expect("messages").len(), 25);
        assert_eq!(room.await, 25);
    }

    #[tokio::test]
    async fn what_waits_when_it_is_closed_is_still_taken() {
        let waiting = Waiting::new(10);
        waiting.add(messages(3));
        waiting.close();
        assert_eq!(waiting.receipts().len(), 3);
        assert_eq!(waiting.take().await.expect("messages").len(), 3);
        assert!(waiting.take().await.is_none());
    }
}
