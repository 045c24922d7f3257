//! The order saga told as stories: what goes out, what happens to the order, when.

mod cancelling;
mod deadlines;
mod doorstep;
mod forwards;
mod log;
mod operator;
pub(crate) mod voices;

use std::time::Duration;

use saga::{
    order::{
        Action, Input, Instance, Intervention, OrderChange, OrderFacts, Refusal, Settings,
        Transition, decide, start,
    },
    testing::stage,
};
use shared_events::{AnyMessage, CancelledBy, OrderStatus, PaymentMethod, SagaRef, Timestamp};

/// A saga that is told things, one after the other.
pub(crate) struct Scene {
    pub(crate) facts: OrderFacts,
    pub(crate) settings: Settings,
    pub(crate) now: Timestamp,
    pub(crate) instance: Instance,
    /// Everything that was ever sent.
    pub(crate) sent: Vec<AnyMessage>,
    /// Everything that ever happened to the order.
    pub(crate) changes: Vec<OrderChange>,
}

impl Scene {
    pub(crate) fn placed_with(method: PaymentMethod) -> Self {
        let (facts, settings) = (stage::facts(method), Settings::default());
        let now = Timestamp::from_micros(0);
        let turn = start(&facts, &settings, now);
        Self {
            facts,
            settings,
            now,
            instance: turn.instance,
            sent: turn.commands,
            changes: turn.changes,
        }
    }

    pub(crate) fn placed() -> Self {
        Self::placed_with(PaymentMethod::Dummy)
    }

    pub(crate) fn reserved() -> Self {
        let mut scene = Self::placed();
        scene.hears(voices::reserved);
        scene
    }

    pub(crate) fn confirmed() -> Self {
        let mut scene = Self::reserved();
        scene.hears(voices::paid);
        scene
    }

    pub(crate) fn assigned() -> Self {
        let mut scene = Self::confirmed();
        scene.hears(voices::assigned);
        scene
    }

    pub(crate) fn dispatched() -> Self {
        let mut scene = Self::assigned();
        scene.is_told(voices::picked_up());
        scene
    }

    pub(crate) fn failed_at_the_door() -> Self {
        let mut scene = Self::dispatched();
        scene.is_told(voices::came_back());
        scene
    }

    /// The last command is answered.
    pub(crate) fn hears(&mut self, voice: fn(SagaRef) -> AnyMessage) -> Vec<&'static str> {
        let asked = self.last_reference();
        self.is_told(voice(asked))
    }

    /// Names of the commands that come of a message.
    pub(crate) fn is_told(&mut self, message: AnyMessage) -> Vec<&'static str> {
        let input = Input::from_message(&message).expect("the saga cares for it");
        self.takes(input)
    }

    /// The timer goes off when it is due.
    pub(crate) fn time_is_up(&mut self) -> Vec<&'static str> {
        let deadline = self.instance.deadline().expect("a timer runs");
        self.now = deadline.due_at;
        let generation = deadline.generation;
        self.takes(Input::DeadlinePassed { generation })
    }

    pub(crate) fn customer_cancels(&mut self) -> Vec<&'static str> {
        let by = CancelledBy::Customer;
        self.takes(Input::CancelWanted { by, reason: None })
    }

    pub(crate) fn operator(&mut self, action: Action) -> Vec<&'static str> {
        self.takes(Self::operation(action))
    }

    pub(crate) fn refuses(&self, input: Input) -> Refusal {
        let turn = self.decides(input);
        assert_eq!(turn.instance, self.instance);
        turn.accepted.expect_err("it is refused")
    }

    pub(crate) fn operation(action: Action) -> Input {
        let (who, why) = ("olga".to_owned(), "the shopper called".to_owned());
        Input::Operator(Intervention { action, who, why })
    }

    pub(crate) fn decides(&self, input: Input) -> Transition {
        decide(&self.instance, &self.facts, &self.settings, input, self.now)
    }

    pub(crate) fn takes(&mut self, input: Input) -> Vec<&'static str> {
        let turn = self.decides(input);
        assert_eq!(turn.accepted, Ok(()));
        assert_eq!(turn.deadline, turn.instance.deadline());
        let names = turn.commands.iter().map(AnyMessage::name).collect();
        self.instance = turn.instance;
        self.sent.extend(turn.commands);
        self.changes.extend(turn.changes);
        names
    }

    pub(crate) fn last_reference(&self) -> SagaRef {
        let last = self.sent.last().expect("something was sent");
        last.saga_ref().expect("commands carry it").clone()
    }

    pub(crate) fn status(&self) -> OrderStatus {
        self.instance.status()
    }

    /// The statuses that the shopper saw, in order.
    pub(crate) fn statuses(&self) -> Vec<OrderStatus> {
        let changes = self.changes.iter();
        changes
            .filter_map(|change| match change {
                OrderChange::StatusChanged { to, .. } => Some(*to),
                OrderChange::Confirmed | OrderChange::Cancelled { .. } => None,
            })
            .collect()
    }

    /// How long until the timer goes off.
    pub(crate) fn waits(&self) -> Duration {
        self.instance.deadline().expect("a timer runs").due_at - self.now
    }
}
