//! Every order of events within bounds. `cargo test -p saga model -- --nocapture` prints the number of states.

use std::time::Duration;

use saga::{
    order::{Backoff, Settings},
    testing::{
        Engine, Participants, RealEngine, Stage, broken,
        model::{Bounds, OrderModel, Report},
    },
};
use shared_events::PaymentMethod;

use crate::reference::cast;

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

fn check(
    engine: impl Engine,
    cast: impl Participants,
    method: PaymentMethod,
    bounds: Bounds,
) -> Report {
    let stage = Stage {
        settings: few_tries(),
        ..Stage::new(engine, cast, method)
    };
    OrderModel::new(stage, bounds).check()
}

/// Holds in every one of so many states, and each way to end is among them.
fn holds(method: PaymentMethod, bounds: Bounds, at_least: usize) {
    let report = check(RealEngine::default(), cast(), method, bounds);
    println!(
        "{method}, {bounds:?}: {} states, depth {}",
        report.states, report.depth
    );
    if let Some(run) = report.counterexample {
        panic!("a run that breaks a law:\n  {}", run.join("\n  "));
    }
    assert!(
        report.unreached.is_empty(),
        "never seen: {:?}",
        report.unreached
    );
    assert!(report.states >= at_least, "only {} states", report.states);
}

/// A shortest run that breaks a law.
fn counterexample(engine: impl Engine, cast: impl Participants) -> Vec<String> {
    let bounds = Bounds {
        drops: 1,
        timeouts: 1,
        cancellations: 1,
        ..Bounds::default()
    };
    let report = check(engine, cast, PaymentMethod::Dummy, bounds);
    let run = report.counterexample.expect("what is left out is needed");
    println!("{} states, then\n  {}", report.states, run.join("\n  "));
    run
}

#[test]
fn it_ends_well_whatever_is_lost_or_late() {
    let bounds = Bounds {
        drops: 1,
        timeouts: 3,
        cancellations: 1,
        ..Bounds::default()
    };
    holds(PaymentMethod::Dummy, bounds, 1_000_000);
}

#[test]
fn it_ends_well_whatever_is_lost_or_repeated() {
    let bounds = Bounds {
        drops: 1,
        duplicates: 1,
        timeouts: 1,
        cancellations: 1,
        interventions: 0,
    };
    holds(PaymentMethod::Dummy, bounds, 500_000);
}

#[test]
fn it_ends_well_whatever_an_operator_does() {
    let bounds = Bounds {
        timeouts: 2,
        cancellations: 1,
        interventions: 2,
        ..Bounds::default()
    };
    holds(PaymentMethod::Dummy, bounds, 500_000);
}

#[test]
fn it_ends_well_with_cash() {
    let bounds = Bounds {
        drops: 1,
        duplicates: 1,
        timeouts: 1,
        cancellations: 1,
        interventions: 1,
    };
    holds(PaymentMethod::Cod, bounds, 100_000);
}

#[test]
fn an_engine_without_the_rule_of_doubt_is_caught() {
    let run = counterexample(broken::WithoutDoubt(RealEngine::default()), cast());
    assert!(
        run.iter()
            .any(|line| line == "CustomerCancels" || line == "TimeIsUp")
    );
}

#[test]
fn an_engine_that_is_deaf_to_late_successes_is_caught() {
    let run = counterexample(broken::DeafToLateSuccess(RealEngine::default()), cast());
    assert_eq!(
        run.last().map(String::as_str),
        Some("the order is cancelled and its money has not gone back")
    );
}

#[test]
fn stock_without_tombstones_is_caught() {
    let mut cast = cast();
    cast.stock.tombstones = false;
    let run = counterexample(RealEngine::default(), cast);
    assert_eq!(
        run.last().map(String::as_str),
        Some("the order is cancelled and stock is still set aside or sold")
    );
}

#[test]
fn payment_without_tombstones_is_caught() {
    let mut cast = cast();
    cast.payment.tombstones = false;
    let run = counterexample(RealEngine::default(), cast);
    assert_eq!(
        run.last().map(String::as_str),
        Some("the order is cancelled and can still be paid")
    );
}

#[test]
fn delivery_without_tombstones_is_caught() {
    let mut cast = cast();
    cast.delivery.tombstones = false;
    counterexample(RealEngine::default(), cast);
}
