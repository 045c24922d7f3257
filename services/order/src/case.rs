//! A case: an order with its saga, loaded to be moved on. Consumers, the deadline job, shoppers who cancel and operators all
//! do the same three things: [`load`] a batch (one query per table), [`Case::tell`] each what there is to tell, [`save`]
//! the batch (one statement per table).

mod batch;

pub(crate) use batch::{Error, load, open, save};

use revcart_persistence::Cause;
use saga::order::{Input, Refusal, Settings, Transition};
use shared_events::{AnyMessage, Timestamp};

use crate::domain::because::Because;
use crate::domain::{Order, progress};
use crate::measures::{self, Measure};
use crate::store::sagas::Stored;

/// An order with its saga, and what has been decided since they were loaded.
pub(crate) struct Case {
    /// The order.
    pub(crate) order: Order,
    /// Its saga.
    pub(crate) saga: Stored,
    /// Why whoever tells the saga something wants it: kept with what it makes of it.
    pub(crate) because: Because,
    loaded_order: u32,
    timer_changed: bool,
    turns: Vec<Turn>,
    measures: Vec<Measure>,
}

/// One decision, and what has to be said of it.
struct Turn {
    cause: Cause,
    transition: Transition,
    events: Vec<AnyMessage>,
}

impl Case {
    /// A new case: the order just placed, its saga on its way.
    pub(crate) fn begin(order: Order, settings: &Settings, cause: Cause, now: Timestamp) -> Case {
        let placed = order.placed();
        let transition = saga::order::start(&progress::facts(&order), settings, now);
        let saga = Stored {
            order_id: order.id,
            instance: transition.instance.clone(),
            started_at: now,
            updated_at: now,
            version: 0,
        };
        let mut case = Case::loaded(order, saga);
        case.measures.push(Measure::Placed);
        case.take(transition, cause, now);
        if let Some(turn) = case.turns.first_mut() {
            turn.events.insert(0, placed.into());
        }
        case
    }

    /// A case as it is in the store.
    fn loaded(order: Order, saga: Stored) -> Case {
        Case {
            loaded_order: order.version,
            because: Because::default(),
            order,
            saga,
            timer_changed: false,
            turns: Vec::new(),
            measures: Vec::new(),
        }
    }

    /// Tells the saga something. `Err` if it will not do it; then nothing has changed but its log.
    pub(crate) fn tell(
        &mut self,
        input: Input,
        cause: Cause,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let facts = progress::facts(&self.order);
        let timer_gone_off = matches!(input, Input::DeadlinePassed { .. });
        let transition = saga::order::decide(&self.saga.instance, &facts, settings, input, now);
        let accepted = transition.accepted.clone();
        if matches!(accepted, Err(Refusal::UnknownDefinition { .. })) {
            return accepted;
        }
        // A timer that has gone off is used up, even if the saga finds nothing to do.
        self.timer_changed |= timer_gone_off;
        self.take(transition, cause, now);
        accepted
    }

    fn order_changed(&self) -> bool {
        self.order.version != self.loaded_order
    }

    fn take(&mut self, mut transition: Transition, cause: Cause, now: Timestamp) {
        self.timer_changed |= self.saga.instance.deadline() != transition.deadline;
        let changes = std::mem::take(&mut transition.changes);
        self.measures.extend(measures::of_turn(
            &self.order,
            &self.saga,
            &transition.instance,
            &changes,
            now,
        ));
        let told = (changes, std::mem::take(&mut self.because));
        let events = progress::follow(&mut self.order, &transition.instance, told, now);
        self.saga.instance = transition.instance.clone();
        self.saga.updated_at = now;
        self.turns.push(Turn {
            cause,
            transition,
            events,
        });
    }
}

#[cfg(test)]
mod tests;
