//! The end of a search for an agent: somebody has become free, or time has run out.

use shared_events::{OrderId, Timestamp, reasons};

use super::{Asked, Courier, Outcome, Phase, State, Step};

/// An agent has become free: the delivery is theirs, if an agent is being looked for.
#[must_use]
pub fn found(state: &State, order: OrderId, courier: &Courier) -> Step {
    let phase = Phase::Assigned(courier.clone());
    end(state, order, phase, Outcome::Assigned(courier.clone()))
}

/// Time goes by: a search whose time is over is given up.
#[must_use]
pub fn expire(state: &State, order: OrderId, now: Timestamp) -> Step {
    match state.search() {
        Some(search) if search.expires_at <= now => {
            let outcome = Outcome::not_assigned(reasons::NO_DELIVERY_AGENT);
            end(state, order, Phase::GivenUp, outcome)
        }
        Some(_) | None => (state.clone(), vec![]),
    }
}

fn end(state: &State, order: OrderId, phase: Phase, outcome: Outcome) -> Step {
    let mut next = state.clone();
    let Some(search) = state.search() else {
        return (next, vec![]);
    };
    let reply = outcome.reply(order, &search.saga);
    next.phase = phase;
    next.keep(Asked::Assign, &search.saga, outcome);
    (next, vec![reply])
}
