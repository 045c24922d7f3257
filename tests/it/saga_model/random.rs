//! Long random runs with crashes at each commit, publication and acknowledgement. A run depends on its seed alone: what fails
//! prints the seed, and `saga::testing::simulation::run` with that seed fails in the same way.

use std::{collections::BTreeMap, time::Duration};

use saga::{
    order::Settings,
    testing::{
        RealEngine, Stage,
        simulation::{Weather, run},
    },
};
use shared_events::PaymentMethod;

use super::{RealCast, cast, stage_of};

const RUNS: u64 = 1_000;

/// Little is given up for lack of time, so that many runs get far.
pub(super) fn patient() -> Settings {
    let long = Duration::from_hours(1);
    Settings {
        reservation: long,
        payment: long,
        delivery: long,
        ..Settings::default()
    }
}

/// A gateway and a road on which more goes wrong than any exhaustive search could bear.
fn unlucky(method: PaymentMethod) -> Stage<RealEngine, RealCast> {
    let mut cast = cast(8);
    cast.payment.requests = 3;
    cast.delivery.failures = 3;
    Stage {
        settings: patient(),
        ..stage_of(RealEngine::default(), cast, method)
    }
}

fn every_run_ends_well(
    stage: &Stage<RealEngine, RealCast>,
    weather: Weather,
) -> BTreeMap<&'static str, u32> {
    let mut endings = BTreeMap::new();
    for seed in 0..RUNS {
        let ending = run(stage, &weather, seed).unwrap_or_else(|failure| panic!("{failure}"));
        *endings.entry(ending.status.as_str()).or_default() += 1;
    }
    println!("{RUNS} runs: {endings:?}");
    endings
}

#[test]
fn every_random_run_ends_well() {
    let stage = stage_of(RealEngine::default(), cast(0), PaymentMethod::Dummy);
    let endings = every_run_ends_well(&stage, Weather::default());
    assert!(endings["DELIVERED"] > 20, "{endings:?}");
    assert!(endings["CANCELLED"] > 20, "{endings:?}");
}

#[test]
fn every_random_run_ends_well_when_gateway_and_agents_are_unlucky() {
    let stage = unlucky(PaymentMethod::Dummy);
    let endings = every_run_ends_well(&stage, Weather::default());
    assert!(endings["DELIVERED"] > 20, "{endings:?}");
    assert!(endings["CANCELLED"] > 20, "{endings:?}");
}

#[test]
fn every_random_run_ends_well_when_the_shopper_pays_on_the_page() {
    let mut stage = unlucky(PaymentMethod::Dummy);
    stage.facts.payment_token = None;
    let endings = every_run_ends_well(&stage, Weather::default());
    assert!(endings["DELIVERED"] > 20, "{endings:?}");
    assert!(endings["CANCELLED"] > 20, "{endings:?}");
}

#[test]
fn every_random_run_with_cash_ends_well() {
    let endings = every_run_ends_well(&unlucky(PaymentMethod::Cod), Weather::default());
    assert!(endings["DELIVERED"] > 20, "{endings:?}");
    assert!(endings["CANCELLED"] > 20, "{endings:?}");
}

#[test]
fn every_random_run_ends_well_even_if_consumers_remember_no_message() {
    let weather = Weather {
        inbox: false,
        ..Weather::default()
    };
    every_run_ends_well(&unlucky(PaymentMethod::Dummy), weather);
}
