//! One receive: decode, claim, handle, commit, acknowledge. If it fails as a whole, the same messages one by one.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng;
use revcart_persistence::{UnitOfWork, inbox};
use revcart_runtime::Shutdown;
use revcart_runtime::telemetry::names;
use shared_events::topology::MAX_RECEIVE_COUNT;
use shared_events::{Attributes, attributes};
use tokio::sync::mpsc::{self, error::SendError};

use super::ahead::Waiting;
use super::incoming::Readable;
use super::worker::{Handler, Worker};
use super::{HandlingError, Incoming};
use crate::bus::{Receipt, Received};

/// The first pause after a failure; it doubles with each attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause while the database is out of reach.
const LONGEST_OUTAGE_PAUSE: Duration = Duration::from_secs(10);

/// When handled messages are acknowledged.
pub(super) enum Acknowledging {
    /// Before anything else is done.
    Now,
    /// While the next batch is handled, by whoever listens here.
    Later(mpsc::Sender<Vec<Receipt>>),
}

/// A message with the receipt that acknowledges it.
struct Held<E> {
    receipt: Receipt,
    message: Incoming<E>,
}

/// What a write needs to run, and to run again.
struct Attempt<E> {
    messages: Arc<Vec<Incoming<E>>>,
    handler: Arc<Handler<E>>,
}

impl<E: Readable> Worker<E> {
    /// Works on what was received, keeping its lease, and that on what is waiting behind it.
    pub(super) async fn work(
        &self,
        received: Vec<Received>,
        waiting: Option<&Waiting>,
        acknowledging: &Acknowledging,
        shutdown: &Shutdown,
    ) {
        let receipts: Vec<_> = received
            .iter()
            .map(|message| message.receipt.clone())
            .collect();
        let work = self.handle_all(received, acknowledging, shutdown);
        self.leased(&receipts, waiting, work).await;
    }

    async fn handle_all(
        &self,
        received: Vec<Received>,
        acknowledging: &Acknowledging,
        shutdown: &Shutdown,
    ) {
        let held = self.decode(received).await;
        if held.is_empty() {
            return;
        }
        let started = Instant::now();
        let (receipts, messages): (Vec<_>, Vec<_>) = held
            .into_iter()
            .map(|held| (held.receipt, held.message))
            .unzip();
        let messages = Arc::new(messages);
        match self.attempt(&messages, shutdown).await {
            Ok(()) => {
                self.acknowledge(receipts, &messages, acknowledging).await;
            }
            Err(error) if messages.len() == 1 => {
                self.give_back(&receipts[0], &messages[0], &error).await
            }
            Err(error) => {
                tracing::info!(queue = self.service.name(), messages = messages.len(), error = %error.chain(), "a batch failed; handling its messages one by one");
                self.one_by_one(&receipts, &messages, acknowledging, shutdown)
                    .await;
            }
        }
        metrics::histogram!(names::MESSAGE_HANDLING_DURATION, "service" => self.service.name())
            .record(started.elapsed().as_secs_f64());
    }

    /// Decodes what was received; what cannot be decoded becomes a dead letter at once.
    async fn decode(&self, received: Vec<Received>) -> Vec<Held<E>> {
        let mut held = Vec::with_capacity(received.len());
        let mut poison = Vec::new();
        let mut seen = HashSet::with_capacity(received.len());
        let mut repeated = Vec::new();
        for message in received {
            match E::read(&message.body) {
                // The same message twice in one receive: one copy is enough.
                Ok(envelope) if !seen.insert(envelope.id()) => repeated.push(message.receipt),
                Ok(envelope) => held.push(Held {
                    receipt: message.receipt,
                    message: Incoming {
                        envelope,
                        body: message.body,
                        receive_count: message.receive_count,
                        sent_at: message.sent_at,
                    },
                }),
                Err(error) => {
                    poison.push((message.receipt, self.why("undecodable", &error.to_string())))
                }
            }
        }
        if !poison.is_empty() {
            self.count("unknown", "dead_letter", poison.len());
            self.dead_letter(&poison).await;
        }
        if !repeated.is_empty() {
            self.count("any", "duplicate", repeated.len());
            self.delete(&repeated).await;
        }
        held
    }

    /// Handles `messages` in one transaction. An outage of the database is waited out here: it is not the messages' fault.
    async fn attempt(
        &self,
        messages: &Arc<Vec<Incoming<E>>>,
        shutdown: &Shutdown,
    ) -> Result<(), HandlingError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let attempt = Attempt {
                messages: Arc::clone(messages),
                handler: Arc::clone(&self.handler),
            };
            let outcome = self
                .database
                .write(attempt, |unit, attempt| {
                    Box::pin(claim_and_handle(unit, attempt))
                })
                .await;
            match outcome {
                Err(HandlingError::Unavailable(error)) if !shutdown.is_requested() => {
                    tracing::warn!(queue = self.service.name(), %error, "the database is out of reach; waiting");
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = shutdown.requested() => {}
                    }
                    pause = (pause * 2).min(LONGEST_OUTAGE_PAUSE);
                }
                outcome => return outcome,
            }
        }
    }

    async fn one_by_one(
        &self,
        receipts: &[Receipt],
        messages: &[Incoming<E>],
        acknowledging: &Acknowledging,
        shutdown: &Shutdown,
    ) {
        for (receipt, message) in receipts.iter().zip(messages) {
            let alone = Arc::new(vec![message.clone()]);
            match self.attempt(&alone, shutdown).await {
                Ok(()) => {
                    self.acknowledge(vec![receipt.clone()], &alone, acknowledging)
                        .await;
                }
                Err(error) => self.give_back(receipt, message, &error).await,
            }
        }
    }

    async fn acknowledge(
        &self,
        receipts: Vec<Receipt>,
        messages: &[Incoming<E>],
        acknowledging: &Acknowledging,
    ) {
        match acknowledging {
            Acknowledging::Now => self.delete(&receipts).await,
            Acknowledging::Later(handled) => {
                if let Err(SendError(receipts)) = handled.send(receipts).await {
                    // Nobody acknowledges any more: it is done here.
                    self.delete(&receipts).await;
                }
            }
        }
        let now = self.clock.now();
        let age = metrics::histogram!(names::MESSAGE_AGE, "service" => self.service.name());
        let mut kinds: Vec<(&'static str, usize)> = Vec::new();
        for message in messages {
            age.record((now - message.envelope.time()).as_secs_f64());
            let name = message.envelope.kind();
            match kinds.iter_mut().find(|(kind, _)| *kind == name) {
                Some((_, count)) => *count += 1,
                None => kinds.push((name, 1)),
            }
        }
        for (kind, count) in kinds {
            self.count(kind, "handled", count);
        }
    }

    /// Makes a failed message come again, or a dead letter of it.
    async fn give_back(&self, receipt: &Receipt, message: &Incoming<E>, error: &HandlingError) {
        let name = message.envelope.kind();
        let chain = error.chain();
        let class = match error {
            HandlingError::Permanent(_) => Some("permanent"),
            HandlingError::Retry(..) | HandlingError::Later(..)
                if message.receive_count >= MAX_RECEIVE_COUNT =>
            {
                Some("retries-exhausted")
            }
            HandlingError::Retry(..) | HandlingError::Later(..) | HandlingError::Unavailable(_) => {
                None
            }
        };
        if let Some(class) = class {
            tracing::error!(queue = self.service.name(), message_id = %message.envelope.id(), kind = name, attempts = message.receive_count, error = %chain, "dead letter");
            self.count(name, "dead_letter", 1);
            return self
                .dead_letter(&[(receipt.clone(), self.why(class, &chain))])
                .await;
        }
        let pause = match error {
            HandlingError::Later(pause, _) => *pause,
            HandlingError::Retry(..)
            | HandlingError::Permanent(_)
            | HandlingError::Unavailable(_) => backoff(message.receive_count),
        };
        tracing::warn!(queue = self.service.name(), message_id = %message.envelope.id(), kind = name, attempt = message.receive_count, ?pause, error = %chain, "handling failed; the message comes again");
        self.count(name, "retry", 1);
        if let Err(error) = self
            .bus
            .change_visibility(self.service, &[(receipt.clone(), pause)])
            .await
        {
            tracing::warn!(queue = self.service.name(), %error, "a message could not be given back; it comes again when its lease ends");
        }
    }

    fn why(&self, class: &str, reason: &str) -> Attributes {
        let mut why = Attributes::default();
        why.set(attributes::DLQ_ERROR_CLASS, class);
        why.set(attributes::DLQ_REASON, reason);
        why.set(attributes::DLQ_FAILED_AT, self.clock.now().to_string());
        why.set(attributes::DLQ_CONSUMER, self.service.name());
        why
    }

    async fn dead_letter(&self, entries: &[(Receipt, Attributes)]) {
        if let Err(error) = self.bus.dead_letter(self.service, entries).await {
            tracing::warn!(queue = self.service.name(), %error, "a dead letter could not be set aside; the message comes again");
        }
    }

    pub(super) async fn delete(&self, receipts: &[Receipt]) {
        if let Err(error) = self.bus.delete(self.service, receipts).await {
            tracing::warn!(queue = self.service.name(), %error, "messages could not be acknowledged; they come again and are recognised");
        }
    }

    fn count(&self, kind: &'static str, outcome: &'static str, count: usize) {
        metrics::counter!(names::MESSAGES_CONSUMED, "service" => self.service.name(), "type" => kind, "outcome" => outcome).increment(count as u64);
    }
}

async fn claim_and_handle<E: Readable>(
    unit: &mut UnitOfWork,
    attempt: &Attempt<E>,
) -> Result<(), HandlingError> {
    let ids: Vec<_> = attempt
        .messages
        .iter()
        .map(|message| message.envelope.id())
        .collect();
    let fresh = inbox::claim(unit, &ids).await?;
    if fresh.len() == ids.len() {
        return (attempt.handler)(unit, &attempt.messages).await;
    }
    let messages: Vec<_> = attempt
        .messages
        .iter()
        .filter(|message| fresh.contains(&message.envelope.id()))
        .cloned()
        .collect();
    if messages.is_empty() {
        return Ok(());
    }
    (attempt.handler)(unit, &messages).await
}

/// Doubling pauses with jitter, so that what failed together does not come back together.
fn backoff(receive_count: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << receive_count.saturating_sub(1).min(10));
    let most = doubled.min(LONGEST_PAUSE);
    most.mul_f64(rand::rng().random_range(0.5..=1.0))
}
