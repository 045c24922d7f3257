//! Reads the engine's effects as what happens to the order: commands, statuses, what is published.

use shared_events::{AnyMessage, CancelledBy, OrderStatus, SagaRef, Timestamp};

use super::{
    Cancellation, FailureCode, Input, Instance, Kind, LogEntry, OrderChange, OrderFacts, Settings,
    Transition,
    commands::{self, Order},
    definition,
};
use crate::engine::{self, Definition, Effect, Failing};

/// What a turn is given besides the instance and the input.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) definition: &'static Definition,
    pub(super) facts: &'a OrderFacts,
    pub(super) settings: &'a Settings,
    pub(super) now: Timestamp,
}

/// A turn being read.
pub(super) struct Reading<'a> {
    given: Given<'a>,
    instance: Instance,
    /// Why the saga turns back, if it does.
    cause: Option<Cancellation>,
    /// What the participant said, if the input is a failure.
    reason: Option<&'a str>,
    commands: Vec<AnyMessage>,
    changes: Vec<OrderChange>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(instance: Instance, given: Given<'a>, input: Option<&'a Input>) -> Self {
        let mut reading = Self {
            given,
            instance,
            cause: None,
            reason: None,
            commands: Vec::new(),
            changes: Vec::new(),
        };
        match input {
            Some(Input::Reply(reply)) => {
                reading.reason = reply.reason.as_deref();
                let ours = reply
                    .saga
                    .as_ref()
                    .is_some_and(|saga| saga.saga_id == reading.instance.saga_id());
                if let Some(amount) = reply.refunded.filter(|amount| ours && !amount.is_zero()) {
                    // A repeated answer names the same refund, so the highest is the sum.
                    let before = reading.instance.refunded.map_or(0, |sum| sum.minor());
                    if amount.minor() > before {
                        reading.instance.refunded = Some(amount);
                    }
                }
            }
            Some(Input::CancelWanted { by, .. }) => reading.cause = Some(Cancellation::wanted(*by)),
            Some(Input::Operator(_)) => {
                reading.cause = Some(Cancellation::wanted(CancelledBy::Admin));
            }
            Some(Input::DeadlinePassed { .. }) | None => {}
        }
        reading
    }

    pub(super) fn read(mut self, turn: engine::Transition) -> Transition {
        let ends_at_once = turn.effects.contains(&Effect::Compensated);
        for effect in &turn.effects {
            self.effect(*effect, ends_at_once);
        }
        let mut log = turn.log;
        for change in &self.changes {
            if let OrderChange::StatusChanged { to, .. } = change {
                log.push(self.line(format!("order is {to}")));
            }
        }
        let deadline = turn.instance.deadline();
        Transition {
            instance: Instance {
                saga: turn.instance,
                ..self.instance
            },
            commands: self.commands,
            changes: self.changes,
            deadline,
            log,
            accepted: turn.accepted,
        }
    }

    fn effect(&mut self, effect: Effect, ends_at_once: bool) {
        match effect {
            Effect::Send { .. } => self.send(effect),
            Effect::Done { step } => self.done(self.name(step)),
            Effect::Failed { step, by } => self.failed(self.name(step), by),
            Effect::TurnedBack => {
                if let Some(cause) = self.cause.take() {
                    self.instance.cancellation = Some(cause);
                }
                if !ends_at_once {
                    self.becomes(OrderStatus::Cancelling, self.code());
                }
            }
            Effect::TurnedForward => self.instance.cancellation = None,
            Effect::Compensated => self.compensated(),
            Effect::Undone { .. } | Effect::NeedsAttention(_) | Effect::Completed => {}
        }
    }

    fn send(&mut self, effect: Effect) {
        let Effect::Send {
            step,
            sending,
            attempt,
            gives_up_at,
        } = effect
        else {
            return;
        };
        let order = Order {
            step: self.name(step),
            sending,
            saga: SagaRef {
                saga_id: self.instance.saga_id(),
                step: self.name(step).to_owned(),
                attempt,
            },
            expires_at: self.expires_at(step, gives_up_at),
            cancellation: self.instance.cancellation,
        };
        self.commands
            .extend(commands::write(self.given.facts, order));
    }

    /// The participant gives up before the saga does.
    fn expires_at(&self, step: usize, gives_up_at: Option<Timestamp>) -> Timestamp {
        let Given {
            definition,
            facts,
            settings,
            now,
        } = self.given;
        let patience = settings.patience(definition, facts.payment_method)[step];
        let grace = patience.map_or(settings.grace, |patience| {
            settings.grace_of(patience.within)
        });
        gives_up_at.map_or(now, |end| end.before(grace))
    }

    fn done(&mut self, step: &str) {
        match step {
            definition::PAYMENT => {
                self.becomes(OrderStatus::Confirmed, None);
                self.changes.push(OrderChange::Confirmed);
            }
            definition::DELIVERY => self.instance.delivery_found = true,
            definition::DISPATCHED => self.becomes(OrderStatus::OutForDelivery, None),
            definition::DELIVERED => self.becomes(OrderStatus::Delivered, None),
            _ => {}
        }
    }

    fn failed(&mut self, step: &str, by: Failing) {
        if step == definition::DELIVERED {
            let reason = self.reason.map(str::to_owned);
            return self.becomes(OrderStatus::DeliveryFailed, reason);
        }
        let reason = match by {
            Failing::Answer => Some(self.reason.unwrap_or_default()),
            Failing::Deadline => None,
        };
        self.cause = Some(Cancellation {
            by: CancelledBy::Saga,
            code: FailureCode::of_step(step, reason),
        });
    }

    fn compensated(&mut self) {
        if self.instance.status == OrderStatus::Cancelled {
            return;
        }
        self.becomes(OrderStatus::Cancelled, self.code());
        if let Some(Cancellation { by, code }) = self.instance.cancellation {
            let refunded = self.instance.refunded;
            self.changes
                .push(OrderChange::Cancelled { by, code, refunded });
        }
    }

    fn code(&self) -> Option<String> {
        let code = self.instance.cancellation?.code;
        Some(code.as_str().to_owned())
    }

    fn becomes(&mut self, to: OrderStatus, reason: Option<String>) {
        let from = self.instance.status;
        if from != to {
            self.instance.status = to;
            self.changes
                .push(OrderChange::StatusChanged { from, to, reason });
        }
    }

    fn name(&self, step: usize) -> &'static str {
        self.given.definition.steps[step].name
    }

    fn line(&self, title: String) -> LogEntry {
        LogEntry {
            at: self.given.now,
            kind: Kind::Decision,
            step: None,
            attempt: None,
            title: title.into(),
            detail: None,
            message_id: None,
        }
    }
}

impl Cancellation {
    fn wanted(by: CancelledBy) -> Self {
        let code = match by {
            CancelledBy::Customer => FailureCode::CancelledByCustomer,
            CancelledBy::Saga | CancelledBy::Admin => FailureCode::CancelledByAdmin,
        };
        Self { by, code }
    }
}
