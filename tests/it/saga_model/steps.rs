//! Each step by itself: its action is idempotent, its failure in any way unwinds fully, and unwinding is idempotent.

use saga::{
    engine::Definition,
    order::DEFINITIONS,
    testing::{RealEngine, Stage, proofs},
};
use shared_events::PaymentMethod;

use super::{RealCast, cast, stage_of};

type Proof = fn(&Stage<RealEngine, RealCast>, &'static Definition) -> Result<(), proofs::Flaw>;

fn everywhere(proof: Proof) {
    for definition in DEFINITIONS {
        let mut cast = cast(0);
        // Here a participant says no in one stir, and a command that comes again brings nothing new.
        cast.payment.at_once = true;
        cast.delivery.repetition_ends_searches = false;
        let stage = stage_of(RealEngine { definition }, cast, PaymentMethod::Dummy);
        proof(&stage, definition).unwrap_or_else(|flaw| panic!("{flaw}"));
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
