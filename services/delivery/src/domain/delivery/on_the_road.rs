//! What agents do with a parcel. Doing it again changes nothing and says nothing.

use shared_events::{
    DeliveryCompleted, DeliveryFailed, DeliveryInProgress, DeliveryStage, DeliveryStatus, OrderId,
    Timestamp,
};

use super::{Phase, State, Step, of_order};

/// A delivery that stands there cannot be brought where it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is {} cannot become {to}", .from.map_or("not asked for", |from| from.as_str()))]
pub struct NotAllowed {
    /// Where it stands.
    pub from: Option<DeliveryStatus>,
    /// Where it was wanted.
    pub to: DeliveryStatus,
}

/// The agent has fetched it. From here on no cancellation is obeyed.
///
/// # Errors
/// When it is not assigned.
pub fn pick_up(state: &State, order_id: OrderId) -> Result<Step, NotAllowed> {
    match &state.phase {
        Phase::PickedUp(_) => Ok((state.clone(), vec![])),
        Phase::Assigned(courier) => {
            let event = DeliveryInProgress {
                delivery_id: of_order(order_id),
                order_id,
                agent_id: courier.agent_id,
            };
            let next = state.moved_to(Phase::PickedUp(courier.clone()));
            Ok((next, vec![event.into()]))
        }
        _ => Err(state.not_allowed(DeliveryStatus::PickedUp)),
    }
}

/// The shopper has it, and the agent has the cash, if there was any to take.
///
/// # Errors
/// When it was not picked up.
pub fn deliver(state: &State, order_id: OrderId, at: Timestamp) -> Result<Step, NotAllowed> {
    match &state.phase {
        Phase::Delivered(_) => Ok((state.clone(), vec![])),
        Phase::PickedUp(courier) => {
            let event = DeliveryCompleted {
                delivery_id: of_order(order_id),
                order_id,
                delivered_at: at,
                collected: state.collect,
            };
            let next = state.moved_to(Phase::Delivered(courier.clone()));
            Ok((next, vec![event.into()]))
        }
        _ => Err(state.not_allowed(DeliveryStatus::Delivered)),
    }
}

/// Nobody took it at the door: it comes back, and waits for another attempt or the end of the order.
///
/// # Errors
/// When it was not picked up.
pub fn fail_at_doorstep(
    state: &State,
    order_id: OrderId,
    reason: &str,
) -> Result<Step, NotAllowed> {
    match &state.phase {
        Phase::CameBack(_) => Ok((state.clone(), vec![])),
        Phase::PickedUp(courier) => {
            let event = DeliveryFailed {
                delivery_id: Some(of_order(order_id)),
                order_id,
                reason: reason.to_owned(),
                stage: DeliveryStage::Doorstep,
                saga: None,
            };
            let next = state.moved_to(Phase::CameBack(courier.clone()));
            Ok((next, vec![event.into()]))
        }
        _ => Err(state.not_allowed(DeliveryStatus::Failed)),
    }
}

impl State {
    fn moved_to(&self, phase: Phase) -> Self {
        Self {
            phase,
            ..self.clone()
        }
    }

    fn not_allowed(&self, to: DeliveryStatus) -> NotAllowed {
        let from = self.status();
        NotAllowed { from, to }
    }
}
