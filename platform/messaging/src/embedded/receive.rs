//! Receiving: take what is visible, or wait for it.

use std::pin::pin;

use shared_events::{Attributes, Timestamp, attributes};

use super::EmbeddedBus;
use super::mailbox::{Job, Letter, Mark};
use super::queue::{Taken, is_ghost};
use super::reader::Request;
use super::routes::number;
use super::shared::Life;
use crate::bus::{BusError, QueueRef, ReceiveOptions, Received};

/// One look into a queue.
struct Look {
    taken: Taken,
    /// Whether bodies of visible messages are being read back: worth waiting for, even without patience.
    loading: bool,
    next_due: Option<Timestamp>,
}

impl EmbeddedBus {
    pub(super) async fn receive_from(
        &self,
        from: QueueRef,
        options: ReceiveOptions,
    ) -> Result<Vec<Received>, BusError> {
        let shared = self.shared();
        let deadline = shared.clock.now() + options.wait;
        let mut life = shared.life.subscribe();
        loop {
            self.check_open()?;
            let mut arrived = pin!(shared.queue(from).arrived.notified());
            // From here on nothing that happens is missed, even if it happens before we wait.
            arrived.as_mut().enable();
            let now = shared.clock.now();
            let look = self.look(from, now, &options);
            self.remember(from, &look.taken);
            let exhausted = look.taken.exhausted;
            if !exhausted.is_empty() {
                let buried = self.bury(from, exhausted, now);
                if look.taken.messages.is_empty() {
                    buried.await?;
                    continue;
                }
            }
            if !look.taken.messages.is_empty() {
                return Ok(look.taken.messages);
            }
            if now >= deadline && !look.loading {
                return Ok(Vec::new());
            }
            let wake_at = look.next_due.map_or(deadline, |due| due.min(deadline));
            tokio::select! {
                () = arrived => {}
                () = shared.clock.sleep_until(wake_at), if !look.loading => {}
                _ = life.wait_for(|life| *life != Life::Open) => {}
            }
        }
    }

    fn look(&self, from: QueueRef, now: Timestamp, options: &ReceiveOptions) -> Look {
        let queue = self.shared().queue(from);
        let mut state = queue.state();
        let taken = state.take(now, options.max.max(1), options.visibility);
        let load = state.load();
        let look = Look {
            taken,
            loading: state.is_loading(),
            next_due: state.next_due(),
        };
        let others_too = state.has_ready();
        drop(state);
        if others_too {
            queue.arrived.notify_one();
        }
        if let Some(load) = load {
            // Without a reading thread the bus is closed, which the next look notices.
            let _ = self.shared().requests.send(Request::Load {
                queue: number(from),
                load,
            });
        }
        look
    }

    /// Has the receive counts written; nobody waits for that.
    fn remember(&self, from: QueueRef, taken: &Taken) {
        let queue = number(from);
        let marks = taken.messages.iter().filter_map(|message| {
            let (seq, _) = message.receipt.embedded();
            let mark = Mark {
                queue,
                seq,
                receives: message.receive_count,
                until: taken.until,
            };
            (!is_ghost(seq)).then_some(mark)
        });
        if !taken.messages.is_empty() {
            self.shared().mailbox.mark(marks);
        }
    }

    /// Has messages that were received too often moved to the dead letters: it happens whether or not anybody waits for it.
    fn bury(
        &self,
        from: QueueRef,
        exhausted: Vec<(u64, u32)>,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), BusError>> + Send {
        let letter = |(seq, receives)| {
            let why = Attributes::new()
                .with(attributes::DLQ_ERROR_CLASS, "retries-exhausted")
                .with(
                    attributes::DLQ_REASON,
                    format!("received {receives} times without being deleted"),
                )
                .with(attributes::DLQ_FAILED_AT, now.to_string())
                .with(attributes::DLQ_CONSUMER, from.service.name());
            Letter { seq, receives, why }
        };
        let letters = exhausted.into_iter().map(letter).collect();
        self.have_written(move |answer| Job::DeadLetter {
            queue: number(from),
            letters,
            answer,
        })
    }
}
