//! Delivery-service: the parcel, the search for an agent, and what agents do.

use delivery_service::domain::delivery::{self, Courier, Phase, State, Step};
use saga::testing::{Holdings, Outcome, Parcel, Participant};
use shared_events::{AgentId, AnyMessage, Service, Timestamp};
use uuid::Uuid;

use super::{distinct, order_id};

/// After any search has expired.
const LATE: Timestamp = Timestamp::from_micros(i64::MAX);
/// When everything on the road happens.
const NOW: Timestamp = Timestamp::from_micros(0);

/// The participant. Whether an agent is free is decided by what other orders there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delivery {
    /// How often a parcel may come back.
    pub(super) failures: u8,
    /// Whether a command that comes again may end the search. Time does that as well, only later.
    pub(super) repetition_ends_searches: bool,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            failures: 1,
            repetition_ends_searches: true,
        }
    }
}

/// What delivery-service has of the order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Trip {
    pub(super) delivery: State,
    /// How often the parcel may still come back.
    failures: u8,
}

impl Participant for Delivery {
    type State = Trip;

    fn service(&self) -> Service {
        Service::Delivery
    }

    fn initial(&self) -> Trip {
        Trip {
            failures: self.failures,
            ..Trip::default()
        }
    }

    fn obey(&self, state: &Trip, message: &AnyMessage) -> Vec<Outcome<Trip>> {
        let what = match message {
            AnyMessage::AssignDelivery(_) => "has an agent for it",
            AnyMessage::CancelDelivery(_) => "calls it off if it can",
            other => panic!("{} is not for delivery-service", other.name()),
        };
        let before = &state.delivery;
        let searching = delivery::obey(before, message, None);
        if before.search().is_some() && !self.repetition_ends_searches {
            return vec![state.after(what, searching)];
        }
        let (asked, mut says) = searching.clone();
        let (given_up, said) = delivery::expire(&asked, order_id(), LATE);
        says.extend(said);
        distinct([
            state.after(what, delivery::obey(before, message, Some(&courier()))),
            state.after("looks for an agent", searching),
            state.after("hears of it too late", (given_up, says)),
        ])
    }

    fn stirs(&self, state: &Trip) -> Vec<Outcome<Trip>> {
        let (before, order) = (&state.delivery, order_id());
        let mut steps = vec![
            (
                "an agent becomes free",
                delivery::found(before, order, &courier()),
            ),
            ("the search expires", delivery::expire(before, order, LATE)),
        ];
        let picked_up = delivery::pick_up(before, order);
        let delivered = delivery::deliver(before, order, NOW);
        steps.extend(picked_up.map(|step| ("the agent picks it up", step)));
        steps.extend(delivered.map(|step| ("the agent hands it over", step)));
        let mut stirs: Vec<_> = steps
            .into_iter()
            .map(|(what, step)| state.after(what, step))
            .collect();
        stirs.extend(state.comes_back());
        stirs.retain(|outcome| outcome.state != *state || !outcome.says.is_empty());
        stirs
    }

    fn holdings(&self, state: &Trip) -> Holdings {
        Holdings {
            parcel: match state.delivery.phase() {
                Phase::Unheard | Phase::GivenUp | Phase::Cancelled => Parcel::None,
                Phase::Seeking(_) | Phase::Assigned(_) => Parcel::Expected,
                Phase::PickedUp(_) => Parcel::OnTheWay,
                Phase::Delivered(_) => Parcel::Delivered,
                Phase::CameBack(_) => Parcel::CameBack,
            },
            ..Holdings::default()
        }
    }
}

impl Trip {
    fn comes_back(&self) -> Option<Outcome<Self>> {
        let failures = self.failures.checked_sub(1)?;
        let (order, reason) = (order_id(), "nobody at home");
        let step = delivery::fail_at_doorstep(&self.delivery, order, reason).ok()?;
        if step.0 == self.delivery {
            return None;
        }
        let mut outcome = self.after("the agent comes back with it", step);
        outcome.state.failures = failures;
        Some(outcome)
    }

    fn after(&self, what: &'static str, (delivery, says): Step) -> Outcome<Self> {
        let failures = self.failures;
        Outcome::new(what, Self { delivery, failures }, says)
    }
}

/// The agent who brings it, whenever one is free.
fn courier() -> Courier {
    Courier {
        agent_id: AgentId::from_uuid(Uuid::from_u128(31)),
        name: "Agent".to_owned(),
        estimated_arrival: NOW,
    }
}
