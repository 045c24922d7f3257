//! The three proofs, for every definition that an instance may still run under.

use saga::{
    engine::Definition,
    order::DEFINITIONS,
    testing::{Cast, Engine, Participants, RealEngine, Stage, broken, proofs},
};
use shared_events::PaymentMethod;

use crate::reference::{Delivery, Payment, Stock, cast};

fn everywhere(
    proof: impl Fn(
        &Stage<RealEngine, Cast<Stock, Payment, Delivery>>,
        &'static Definition,
    ) -> Result<(), proofs::Flaw>,
) {
    for definition in DEFINITIONS {
        for method in PaymentMethod::ALL {
            // Cash cannot be declined.
            if *method != PaymentMethod::Cod {
                let stage = Stage::new(RealEngine { definition }, cast(), *method);
                proof(&stage, definition).unwrap_or_else(|flaw| panic!("{flaw}"));
            }
        }
    }
}

#[test]
fn each_action_is_idempotent() {
    everywhere(proofs::each_action_is_idempotent);
}

#[test]
fn failure_at_any_step_unwinds_fully() {
    everywhere(proofs::failure_at_any_step_unwinds_fully);
}

#[test]
fn unwinding_is_idempotent() {
    everywhere(proofs::unwinding_is_idempotent);
}

fn flaw_of(engine: impl Engine, participants: impl Participants) -> String {
    let stage = Stage::new(engine, participants, PaymentMethod::Dummy);
    let definition = DEFINITIONS[0];
    let unwound = proofs::failure_at_any_step_unwinds_fully(&stage, definition);
    unwound.expect_err("something is left out").to_string()
}

#[test]
fn a_participant_without_tombstones_does_not_unwind_fully() {
    let mut without = [cast(), cast(), cast()];
    without[0].stock.tombstones = false;
    without[1].payment.tombstones = false;
    without[2].delivery.tombstones = false;
    let flaws = without.map(|cast| flaw_of(RealEngine::default(), cast));
    for (flaw, step) in flaws.iter().zip(["reserve-stock", "payment", "delivery"]) {
        assert!(flaw.contains(&format!("step {step}: ")), "{flaw}");
    }
}

#[test]
fn an_engine_without_doubt_does_not_unwind_fully() {
    let flaw = flaw_of(broken::WithoutDoubt(RealEngine::default()), cast());
    assert!(
        flaw.contains("AnswerLost") || flaw.contains("NeverArrived"),
        "{flaw}"
    );
}
