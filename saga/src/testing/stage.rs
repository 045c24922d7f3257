//! The saga among its participants: who gets which message, and what every single turn must keep to.

use shared_events::{
    AnyMessage, CartId, Contact, Currency, Money, OrderConfirmed, OrderId, OrderLine,
    PaymentMethod, ProductId, Quantity, Service, Timestamp, topology,
};
use uuid::Uuid;

use super::{Breach, Holdings, Participants, invariants};
use crate::{
    engine::Definition,
    order::{
        self, Input, Instance, OrderChange, OrderFacts, Settings, State, Transition, definition,
    },
};

/// Whatever decides: the real engine, or one that is wrong on purpose.
pub trait Engine: Send + Sync + 'static {
    /// Begins the saga of an order.
    fn start(&self, facts: &OrderFacts, settings: &Settings, now: Timestamp) -> Transition;

    /// What the saga does about an input.
    fn decide(
        &self,
        instance: &Instance,
        facts: &OrderFacts,
        settings: &Settings,
        input: Input,
        now: Timestamp,
    ) -> Transition;
}

/// The engine that runs in production, under one of its definitions.
#[derive(Debug, Clone, Copy)]
pub struct RealEngine {
    /// The definition that orders begin with.
    pub definition: &'static Definition,
}

impl Default for RealEngine {
    fn default() -> Self {
        Self {
            definition: definition::newest(),
        }
    }
}

impl Engine for RealEngine {
    fn start(&self, facts: &OrderFacts, settings: &Settings, now: Timestamp) -> Transition {
        order::start_under(self.definition, facts, settings, now)
    }

    fn decide(
        &self,
        instance: &Instance,
        facts: &OrderFacts,
        settings: &Settings,
        input: Input,
        now: Timestamp,
    ) -> Transition {
        order::decide(instance, facts, settings, input, now)
    }
}

/// One order, an engine that decides about it, and those who obey.
#[derive(Debug, Clone)]
pub struct Stage<E, P> {
    /// Decides.
    pub engine: E,
    /// Obey.
    pub participants: P,
    /// The order.
    pub facts: OrderFacts,
    /// How long is waited.
    pub settings: Settings,
}

/// What a turn sends out.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The instance from now on.
    pub instance: Instance,
    /// Commands and events, in order.
    pub sent: Vec<AnyMessage>,
    /// Whether the input was taken.
    pub accepted: bool,
}

impl<E: Engine, P: Participants> Stage<E, P> {
    /// An order of two units for 300.00, paid in this way.
    pub fn new(engine: E, participants: P, method: PaymentMethod) -> Self {
        Self {
            engine,
            participants,
            facts: facts(method),
            settings: Settings::default(),
        }
    }

    /// The order is placed.
    pub fn begin(&self, now: Timestamp) -> Turn {
        self.turn(self.engine.start(&self.facts, &self.settings, now))
    }

    /// The saga is told something, and the laws of a single turn are checked.
    pub fn tell(&self, instance: &Instance, input: &Input, now: Timestamp) -> Result<Turn, Breach> {
        let turn = self.decide(instance, input.clone(), now);
        if turn.accepted.is_err() && turn.instance != *instance {
            return Err(Breach::RefusalChangedSomething);
        }
        for change in &turn.changes {
            if let OrderChange::StatusChanged { from, to, .. } = change
                && !invariants::may_become(*from, *to)
            {
                return Err(Breach::StatusMoved);
            }
        }
        if matches!(input, Input::Reply(_)) {
            let again = self.decide(&turn.instance, input.clone(), now);
            if again.instance != turn.instance || !again.commands.is_empty() {
                return Err(Breach::RepetitionChangedSomething);
            }
        }
        self.timers_are_right(&turn.instance, now)?;
        Ok(self.turn(turn))
    }

    /// The participants that receive a message, and order-service if the saga cares for it.
    pub fn receivers(&self, message: &AnyMessage) -> Vec<Service> {
        let services = self.participants.services();
        topology::consumers(message.name())
            .filter(|service| match service {
                Service::Order => Input::from_message(message).is_some(),
                other => services.contains(other),
            })
            .collect()
    }

    /// What holds whatever is on its way.
    pub fn check_always(&self, instance: &Instance, state: &P::State) -> Result<(), Breach> {
        invariants::always(instance, &self.facts, &self.holdings(state))
    }

    /// What holds when nothing is left to happen.
    pub fn check_at_rest(&self, instance: &Instance, state: &P::State) -> Result<(), Breach> {
        invariants::at_rest(instance, &self.facts, &self.holdings(state))
    }

    /// What the participants hold.
    pub fn holdings(&self, state: &P::State) -> Holdings {
        self.participants.holdings(state)
    }

    fn decide(&self, instance: &Instance, input: Input, now: Timestamp) -> Transition {
        self.engine
            .decide(instance, &self.facts, &self.settings, input, now)
    }

    fn timers_are_right(&self, instance: &Instance, now: Timestamp) -> Result<(), Breach> {
        let generation = instance.saga.generation.wrapping_add(1);
        let late = Input::DeadlinePassed { generation };
        if self.decide(instance, late, now).instance != *instance {
            return Err(Breach::StaleTimerChangedSomething);
        }
        let waits_for_a_fact = matches!(
            instance.current_step(),
            Some(definition::DISPATCHED | definition::DELIVERED)
        );
        let needs_timer = match instance.state() {
            State::Running => !waits_for_a_fact,
            State::Compensating => true,
            State::NeedsAttention | State::Completed | State::Compensated => false,
        };
        if needs_timer == instance.deadline().is_some() {
            Ok(())
        } else {
            Err(Breach::TimerMissing)
        }
    }

    fn turn(&self, transition: Transition) -> Turn {
        let mut sent = Vec::new();
        for change in &transition.changes {
            sent.extend(self.published(change));
        }
        sent.extend(transition.commands);
        Turn {
            instance: transition.instance,
            sent,
            accepted: transition.accepted.is_ok(),
        }
    }

    /// Of what order-service publishes, only the confirmation reaches a participant.
    fn published(&self, change: &OrderChange) -> Option<AnyMessage> {
        match change {
            OrderChange::StatusChanged { .. } | OrderChange::Cancelled { .. } => None,
            OrderChange::Confirmed => Some(
                OrderConfirmed {
                    order_id: self.facts.order_id,
                    order_number: "R-1".to_owned(),
                    user_id: None,
                    cart_id: CartId::from_uuid(self.facts.order_id.as_uuid()),
                    cart_version: 1,
                    lines: self.facts.lines.clone(),
                    total: self.facts.total,
                    aggregate_version: 2,
                }
                .into(),
            ),
        }
    }
}

/// An order of two units for 300.00, paid in this way. Always the same ids.
pub fn facts(method: PaymentMethod) -> OrderFacts {
    let words = |text: &str| text.to_owned();
    OrderFacts {
        order_id: OrderId::from_uuid(Uuid::from_u128(1)),
        user_id: None,
        lines: vec![OrderLine {
            product_id: ProductId::from_uuid(Uuid::from_u128(2)),
            sku: words("TEA-1"),
            name: words("Tea"),
            quantity: Quantity::new(2).expect("two is within bounds"),
            unit_price: Money::from_minor(15_000, Currency::INR),
        }],
        total: Money::from_minor(30_000, Currency::INR),
        payment_method: method,
        payment_token: None,
        shipping_address: shared_events::Address {
            recipient: words("A. Shopper"),
            line1: words("1 High Street"),
            line2: None,
            city: words("Pune"),
            state: words("MH"),
            postal_code: words("411001"),
            country: words("IN"),
            phone: words("0"),
        },
        contact: Contact {
            name: words("A. Shopper"),
            email: words("shopper@example.com"),
            phone: None,
        },
    }
}
