//! Every order of events within bounds, checked by stateright: the engine's `decide` among participants, over a network
//! that loses, repeats and reorders.
//!
//! A state is the instance, the participants, and the messages that are on their way; an action delivers one of these (in
//! any order, with or without keeping it for another time), loses one, lets a participant stir, lets the timer go off (at
//! any moment), or has somebody cancel or operate. What a participant says by itself is not lost, because its outbox holds
//! it until it is out; commands and direct answers may be, because asking again brings them back.
//!
//! Time is left out of the states: durations stay, moments are counted from the last timer, so that states which differ
//! by the clock alone are one. Every run is finite (timers, tries and bounds are), so a state without a successor is an end
//! and "settles in the end" is what [`super::invariants::at_rest`] says of it.

mod memory;
mod turns;
mod world;

use std::sync::Arc;

use shared_events::{OrderStatus, Service};
use stateright::{Checker, Expectation, HasDiscoveries, Model, Property};

use self::turns::{TakenOnce, Turns};
pub use self::world::{Bounds, Flight, Happening, Told, World};
use super::{Engine, Participants, Stage};
use crate::order::{Instance, State};

/// The order saga as stateright sees it.
pub struct OrderModel {
    turns: Box<dyn Turns>,
    bounds: Bounds,
}

/// What a check has come to.
#[derive(Debug, Clone)]
pub struct Report {
    /// Different states that were seen.
    pub states: usize,
    /// The longest of the shortest ways to a state.
    pub depth: usize,
    /// What is broken, with a shortest run that shows it; `None` if nothing is.
    pub counterexample: Option<Vec<String>>,
    /// Endings that should be possible and were not reached.
    pub unreached: Vec<&'static str>,
}

impl OrderModel {
    /// The model of one order within bounds.
    pub fn new(stage: Stage<impl Engine, impl Participants>, bounds: Bounds) -> Self {
        Self {
            turns: Box::new(TakenOnce::new(stage)),
            bounds,
        }
    }

    /// Looks at every state, or at all up to the first that breaks something.
    pub fn check(self) -> Report {
        let properties = self.properties();
        let until = HasDiscoveries::AnyFailures;
        let checker = self.checker().threads(2).finish_when(until).spawn_bfs();
        let checker = checker.join();
        let found = checker.discoveries();
        let unreached = properties
            .iter()
            .filter(|property| property.expectation == Expectation::Sometimes)
            .map(|property| property.name)
            .filter(|name| !found.contains_key(name))
            .collect();
        let counterexample = found.get(LAWS).map(|path| {
            let breach = path.last_state().breach;
            let happenings = path.clone().into_actions();
            let mut run: Vec<_> = happenings.iter().map(told).collect();
            run.extend(breach.map(|breach| breach.to_string()));
            run
        });
        Report {
            states: checker.unique_state_count(),
            depth: checker.max_depth(),
            counterexample,
            unreached,
        }
    }

    fn instance(&self, world: &World) -> Arc<Instance> {
        self.turns.instance(world.instance)
    }

    fn arrivals(&self, world: &World, happenings: &mut Vec<Happening>) {
        let kept = [false, true];
        let kept = &kept[..1 + usize::from(world.left.duplicates > 0)];
        for flight in &world.flights {
            let message = self.turns.message(*flight);
            let (to, name) = (flight.to, message.name());
            let whats: Vec<_> = match to {
                Service::Order => vec!["hears"],
                _ => {
                    let steps = self.turns.obey(world.participants, *flight);
                    steps.iter().map(|step| step.what).collect()
                }
            };
            for (outcome, what) in whats.into_iter().enumerate() {
                happenings.extend(kept.iter().map(|kept| Happening::Arrives {
                    to,
                    name,
                    attempt: message.saga_ref().map(|saga| saga.attempt),
                    what,
                    outcome,
                    flight: *flight,
                    kept: *kept,
                }));
            }
            if flight.replaceable && world.left.drops > 0 {
                let flight = *flight;
                happenings.push(Happening::IsLost { to, name, flight });
            }
        }
    }

    fn tellings(&self, world: &World, happenings: &mut Vec<Happening>) {
        let instance = self.instance(world);
        let state = instance.state();
        if world.left.timeouts > 0 && instance.deadline().is_some() {
            happenings.push(Happening::Told(Told::TimeIsUp));
        }
        let is_live = matches!(state, State::Running | State::NeedsAttention);
        if world.left.cancellations > 0 && is_live {
            happenings.push(Happening::Told(Told::CustomerCancels));
        }
        if world.left.interventions > 0 && state == State::NeedsAttention {
            happenings.extend(Told::OPERATIONS.map(Happening::Told));
        }
    }

    fn happen(&self, world: &mut World, happening: Happening) -> Option<()> {
        match happening {
            Happening::Arrives {
                flight,
                outcome,
                kept,
                ..
            } => {
                if kept {
                    world.left.duplicates -= 1;
                } else {
                    world.take(flight);
                }
                if flight.to == Service::Order {
                    self.tell(world, Told::Message(flight.message));
                    return Some(());
                }
                let steps = self.turns.obey(world.participants, flight);
                let step = steps.get(outcome)?;
                world.participants = step.participants;
                world.post(&step.flights);
            }
            Happening::IsLost { flight, .. } => {
                world.left.drops -= 1;
                world.take(flight);
            }
            Happening::Stirs { index, .. } => {
                let stirs = self.turns.stirs(world.participants);
                let step = stirs.get(index)?;
                world.participants = step.participants;
                world.post(&step.flights);
            }
            Happening::Told(told) => {
                match told {
                    Told::TimeIsUp => world.left.timeouts -= 1,
                    Told::CustomerCancels => world.left.cancellations -= 1,
                    Told::OperatorRetries | Told::OperatorCompensates { .. } => {
                        world.left.interventions -= 1;
                    }
                    Told::Message(_) => {}
                }
                self.tell(world, told);
            }
        }
        Some(())
    }

    fn tell(&self, world: &mut World, told: Told) {
        match &*self.turns.tell(world.instance, told) {
            Ok((instance, flights)) => {
                world.instance = *instance;
                world.post(flights);
            }
            Err(breach) => world.breach = Some(*breach),
        }
    }

    fn rests(&self, world: &World) -> bool {
        world.flights.is_empty()
            && self.instance(world).deadline().is_none()
            && self.turns.stirs(world.participants).is_empty()
    }
}

const LAWS: &str = "no law is broken";

impl Model for OrderModel {
    type State = World;
    type Action = Happening;

    fn init_states(&self) -> Vec<World> {
        let (instance, participants, flights) = self.turns.begin();
        let mut world = World {
            instance,
            participants,
            flights: Vec::new(),
            left: self.bounds,
            breach: None,
        };
        world.post(&flights);
        vec![world]
    }

    fn actions(&self, world: &World, happenings: &mut Vec<Happening>) {
        if world.breach.is_some() {
            return;
        }
        self.arrivals(world, happenings);
        for (index, step) in self.turns.stirs(world.participants).iter().enumerate() {
            happenings.push(Happening::Stirs {
                service: step.service,
                what: step.what,
                index,
            });
        }
        self.tellings(world, happenings);
    }

    fn next_state(&self, last: &World, happening: Happening) -> Option<World> {
        let mut world = last.clone();
        self.happen(&mut world, happening)?;
        if world.breach.is_none() {
            let at_rest = self.rests(&world);
            world.breach = self
                .turns
                .judge(world.instance, world.participants, at_rest);
        }
        let changed = world.instance != last.instance
            || world.participants != last.participants
            || world.flights != last.flights
            || world.breach.is_some();
        changed.then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(LAWS, |_: &Self, world: &World| world.breach.is_none()),
            Property::sometimes("an order is delivered", |model: &Self, world| {
                model.instance(world).status() == OrderStatus::Delivered
            }),
            Property::sometimes("an order is cancelled", |model: &Self, world| {
                model.instance(world).status() == OrderStatus::Cancelled && model.rests(world)
            }),
            Property::sometimes("a delivery fails at the doorstep", |model: &Self, world| {
                model.instance(world).status() == OrderStatus::DeliveryFailed
            }),
        ]
    }
}

fn told(happening: &Happening) -> String {
    match happening {
        Happening::Arrives {
            to,
            name,
            attempt,
            what,
            kept,
            ..
        } => {
            let attempt = attempt.map_or(String::new(), |number| format!(" (attempt {number})"));
            let kept = if *kept { ", and will arrive again" } else { "" };
            format!("{name}{attempt} reaches {to}, which {what}{kept}")
        }
        Happening::IsLost { to, name, .. } => format!("{name} to {to} is lost"),
        Happening::Stirs { service, what, .. } => format!("at {service}: {what}"),
        Happening::Told(told) => format!("{told:?}"),
    }
}
