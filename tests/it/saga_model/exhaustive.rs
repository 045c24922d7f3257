//! Every order of events within bounds. `cargo test -p revcart-tests exhaustive -- --nocapture` prints the numbers of states.

use std::time::Duration;

use saga::{
    order::{Backoff, Settings},
    testing::{
        Engine, Participants, RealEngine, Stage,
        model::{Bounds, OrderModel, Report},
    },
};
use shared_events::PaymentMethod;

use super::{RealCast, cast, stage_of};

/// As few tries of everything as show what repetition does.
fn few_tries() -> Settings {
    let second = Duration::from_secs(1);
    Settings {
        reservation: second,
        reservation_tries: 2,
        delivery: 2 * second,
        delivery_resend: second,
        compensation: Backoff {
            first: second,
            longest: second,
            tries: 3,
        },
        ..Settings::default()
    }
}

/// Looks at every state within bounds, up to the first that breaks a law.
pub(super) fn check<E: Engine, P: Participants>(stage: Stage<E, P>, bounds: Bounds) -> Report {
    let stage = Stage {
        settings: few_tries(),
        ..stage
    };
    OrderModel::new(stage, bounds).check()
}

/// Holds in every one of so many states, and each way to end is among them.
fn holds(what: &str, stage: Stage<RealEngine, RealCast>, bounds: Bounds, at_least: usize) {
    let report = check(stage, bounds);
    println!(
        "{what}: {} states, the farthest after {} events",
        report.states, report.depth
    );
    if let Some(run) = report.counterexample {
        panic!("a run that breaks a law:\n  {}", run.join("\n  "));
    }
    let unreached = report.unreached;
    assert!(unreached.is_empty(), "never seen: {unreached:?}");
    assert!(report.states >= at_least, "only {} states", report.states);
}

fn online(accidents: u8) -> Stage<RealEngine, RealCast> {
    stage_of(RealEngine::default(), cast(accidents), PaymentMethod::Dummy)
}

#[test]
fn orders_end_well_whatever_is_lost_or_late() {
    let bounds = Bounds {
        drops: 1,
        timeouts: 3,
        cancellations: 1,
        ..Bounds::default()
    };
    holds("lost or late", online(0), bounds, 500_000);
}

#[test]
fn orders_end_well_whatever_is_lost_or_repeated() {
    let bounds = Bounds {
        drops: 1,
        duplicates: 1,
        timeouts: 1,
        cancellations: 1,
        interventions: 0,
    };
    holds("lost or repeated", online(0), bounds, 300_000);
}

#[test]
fn orders_end_well_whatever_an_operator_does() {
    let bounds = Bounds {
        timeouts: 2,
        cancellations: 1,
        interventions: 2,
        ..Bounds::default()
    };
    holds("with an operator", online(0), bounds, 300_000);
}

#[test]
fn orders_end_well_whatever_befalls_the_visits_to_the_gateway() {
    let bounds = Bounds {
        cancellations: 1,
        ..Bounds::default()
    };
    holds("accidents at the gateway", online(3), bounds, 200_000);
}

#[test]
fn orders_end_well_when_both_the_gateway_and_the_network_fail() {
    let bounds = Bounds {
        drops: 1,
        timeouts: 1,
        cancellations: 1,
        ..Bounds::default()
    };
    holds("gateway and network", online(2), bounds, 1_000_000);
}

#[test]
fn orders_end_well_when_the_shopper_tries_again_to_pay() {
    let mut stage = online(2);
    stage.participants.payment.requests = 1;
    stage.facts.payment_token = None;
    let bounds = Bounds {
        cancellations: 1,
        ..Bounds::default()
    };
    holds("another try to pay", stage, bounds, 300_000);
}

#[test]
fn orders_end_well_with_cash() {
    let mut cash = stage_of(RealEngine::default(), cast(0), PaymentMethod::Cod);
    cash.participants.payment.requests = 1;
    let bounds = Bounds {
        drops: 1,
        duplicates: 1,
        cancellations: 1,
        interventions: 1,
        timeouts: 0,
    };
    holds("cash", cash, bounds, 200_000);
}
