//! Long random runs.

use std::collections::BTreeMap;

use saga::testing::{
    Engine, Participants, RealEngine, Stage, broken,
    simulation::{Weather, run, search},
};
use shared_events::PaymentMethod;

use crate::reference::cast;

const RUNS: u64 = 2_000;

fn stage<E: Engine, P: Participants>(engine: E, cast: P) -> Stage<E, P> {
    Stage::new(engine, cast, PaymentMethod::Dummy)
}

fn every_run_ends_well(method: PaymentMethod, weather: Weather) -> BTreeMap<&'static str, u32> {
    let stage = Stage::new(RealEngine::default(), cast(), method);
    let mut endings = BTreeMap::new();
    for seed in 0..RUNS {
        let ending = run(&stage, &weather, seed).unwrap_or_else(|failure| panic!("{failure}"));
        *endings.entry(ending.status.as_str()).or_default() += 1;
    }
    endings
}

#[test]
fn every_random_run_ends_well() {
    let endings = every_run_ends_well(PaymentMethod::Dummy, Weather::default());
    assert!(endings["DELIVERED"] > 100, "{endings:?}");
    assert!(endings["CANCELLED"] > 100, "{endings:?}");
}

#[test]
fn every_random_run_with_cash_ends_well() {
    let endings = every_run_ends_well(PaymentMethod::Cod, Weather::default());
    assert!(endings["DELIVERED"] > 100, "{endings:?}");
}

#[test]
fn every_random_run_ends_well_even_if_consumers_remember_no_message() {
    let inbox = false;
    every_run_ends_well(
        PaymentMethod::Dummy,
        Weather {
            inbox,
            ..Weather::default()
        },
    );
}

#[test]
fn a_failing_seed_is_printed_and_replays() {
    let stage = stage(broken::WithoutDoubt(RealEngine::default()), cast());
    let weather = Weather::default();
    let failure = search(&stage, &weather, 0..RUNS).expect("the rule is needed");
    assert!(
        failure
            .to_string()
            .starts_with(&format!("seed {}: ", failure.seed))
    );
    assert_eq!(run(&stage, &weather, failure.seed), Err(failure));
}

#[test]
fn random_runs_find_an_engine_that_is_deaf_to_late_successes() {
    let stage = stage(broken::DeafToLateSuccess(RealEngine::default()), cast());
    assert!(search(&stage, &Weather::default(), 0..RUNS).is_some());
}

#[test]
fn random_runs_find_a_participant_without_tombstones() {
    let mut without = [cast(), cast(), cast()];
    without[0].stock.tombstones = false;
    without[1].payment.tombstones = false;
    without[2].delivery.tombstones = false;
    for cast in without {
        let stage = stage(RealEngine::default(), cast);
        assert!(search(&stage, &Weather::default(), 0..RUNS).is_some());
    }
}
