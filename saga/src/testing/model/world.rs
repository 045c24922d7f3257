//! A state of the model, what limits it, and what can happen in it.

use shared_events::{AnyMessage, Service, Timestamp};

use crate::{
    order::{Action, Instance},
    testing::Breach,
};

/// How much may go wrong in one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Messages that are lost.
    pub drops: u8,
    /// Messages that are delivered once more than they were sent, at any later time.
    pub duplicates: u8,
    /// Timers that go off.
    pub timeouts: u8,
    /// Cancellations by the customer.
    pub cancellations: u8,
    /// Actions of an operator.
    pub interventions: u8,
}

/// A message on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flight {
    /// Whose queue it is in.
    pub to: Service,
    /// Its number.
    pub(super) message: u32,
    /// Whether asking again would bring it back.
    pub(super) replaceable: bool,
}

/// A state of the model. Instance and participants by number, so equal worlds have equal numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    pub(super) instance: u32,
    pub(super) participants: u32,
    /// In order, each at most once.
    pub(super) flights: Vec<Flight>,
    /// What may still go wrong.
    pub(super) left: Bounds,
    /// The law that the last turn has broken.
    pub(super) breach: Option<Breach>,
}

impl World {
    pub(super) fn post(&mut self, flights: &[Flight]) {
        for flight in flights {
            if let Err(place) = self.flights.binary_search(flight) {
                self.flights.insert(place, *flight);
            }
        }
    }

    pub(super) fn take(&mut self, flight: Flight) {
        self.flights.retain(|other| *other != flight);
    }
}

/// One thing that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A message arrives; the receiver makes the `outcome`-th thing of it that it can.
    Arrives {
        to: Service,
        name: &'static str,
        attempt: Option<u32>,
        what: &'static str,
        outcome: usize,
        flight: Flight,
        /// It will arrive once more.
        kept: bool,
    },
    /// A message is lost.
    IsLost {
        to: Service,
        name: &'static str,
        flight: Flight,
    },
    /// Something happens at a participant by itself.
    Stirs {
        service: Service,
        what: &'static str,
        index: usize,
    },
    /// The saga is told something that is no message.
    Told(Told),
}

/// What the saga can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// The message with this number.
    Message(u32),
    /// The timer has gone off.
    TimeIsUp,
    /// The customer cancels.
    CustomerCancels,
    /// An operator lets it try again.
    OperatorRetries,
    /// An operator has it undone.
    OperatorCompensates { restock: bool },
}

impl Told {
    pub(super) const OPERATIONS: [Self; 3] = [
        Self::OperatorRetries,
        Self::OperatorCompensates { restock: true },
        Self::OperatorCompensates { restock: false },
    ];

    pub(super) fn operation(self) -> Option<Action> {
        match self {
            Self::OperatorRetries => Some(Action::Retry),
            Self::OperatorCompensates { restock } => Some(Action::Compensate { restock }),
            Self::Message(_) | Self::TimeIsUp | Self::CustomerCancels => None,
        }
    }
}

/// The instance as if its last timer had been set now, for the first time.
pub(super) fn timeless(mut instance: Instance, now: Timestamp) -> Instance {
    let moved = |at: Timestamp| Timestamp::from_micros(at.micros() - now.micros());
    instance.saga.generation = 0;
    if let Some(wait) = &mut instance.saga.wait {
        wait.due_at = moved(wait.due_at);
        wait.gives_up_at = wait.gives_up_at.map(moved);
    }
    instance
}

/// The message without the time to give up at: participants of the model give up at any time.
pub(super) fn timeless_message(message: AnyMessage) -> AnyMessage {
    let never = Timestamp::from_micros(0);
    match message {
        AnyMessage::RequestPayment(mut command) => {
            command.expires_at = never;
            command.into()
        }
        AnyMessage::AssignDelivery(mut command) => {
            command.expires_at = never;
            command.into()
        }
        other => other,
    }
}
