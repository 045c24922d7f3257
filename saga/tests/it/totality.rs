//! `decide` has an answer to everything: any inputs, in any order, with any references, keep to the laws.

use proptest::prelude::*;
use saga::{
    order::{Action, Input, Instance, Kind, State, decide, start},
    testing::{RealEngine, Stage, stage},
};
use shared_events::{AnyMessage, CancelledBy, PaymentMethod, SagaRef, Timestamp};

use crate::{
    reference::cast,
    story::{Scene, voices},
};

/// Anything that a saga could be told; references are mostly near the truth.
#[derive(Debug, Clone)]
enum Anything {
    Reply {
        voice: usize,
        step: usize,
        attempt: u32,
        ours: bool,
    },
    Timer {
        off_by: u32,
    },
    Cancel(CancelledBy),
    Operator(usize),
}

fn anything() -> impl Strategy<Value = Anything> {
    let reply = (
        0..13_usize,
        0..4_usize,
        0..5_u32,
        prop::bool::weighted(0.95),
    );
    prop_oneof![
        8 => reply.prop_map(|(voice, step, attempt, ours)| Anything::Reply { voice, step, attempt, ours }),
        3 => prop_oneof![4 => Just(0), 1 => 1..3_u32].prop_map(|off_by| Anything::Timer { off_by }),
        1 => prop::sample::select(CancelledBy::ALL).prop_map(Anything::Cancel),
        2 => (0..5_usize).prop_map(Anything::Operator),
    ]
}

fn message(voice: usize, saga: SagaRef) -> AnyMessage {
    match voice {
        0 => voices::reserved(saga),
        1 => voices::out_of_stock(saga),
        2 => voices::released(saga),
        3 => voices::paid(saga),
        4 => voices::declined(saga),
        5 => voices::refunded(saga),
        6 => voices::assigned(saga),
        7 => voices::nobody_found(saga),
        8 => voices::delivery_cancelled(saga),
        9 => voices::cancel_refused(saga),
        10 => voices::picked_up(),
        11 => voices::handed_over(),
        _ => voices::came_back(),
    }
}

fn input(anything: &Anything, instance: &Instance) -> Input {
    match anything {
        Anything::Reply {
            voice,
            step,
            attempt,
            ours,
        } => {
            let saga = SagaRef {
                saga_id: if *ours {
                    instance.saga_id()
                } else {
                    shared_events::SagaId::new()
                },
                step: ["reserve-stock", "payment", "delivery", "no-such-step"][*step].to_owned(),
                attempt: *attempt,
            };
            Input::from_message(&message(*voice, saga)).expect("all voices concern the saga")
        }
        Anything::Timer { off_by } => {
            let generation = instance.deadline().map_or(0, |it| it.generation);
            Input::DeadlinePassed {
                generation: generation.saturating_sub(*off_by),
            }
        }
        Anything::Cancel(by) => Input::CancelWanted {
            by: *by,
            reason: None,
        },
        Anything::Operator(action) => Scene::operation(
            [
                Action::Retry,
                Action::Skip,
                Action::ForceForward,
                Action::Compensate { restock: true },
                Action::Compensate { restock: false },
            ][*action],
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_inputs_in_any_order_keep_to_the_laws_of_a_turn(inputs in prop::collection::vec(anything(), 1..60)) {
        let stage = Stage::new(RealEngine::default(), cast(), PaymentMethod::Dummy);
        let mut now = Timestamp::from_micros(0);
        let mut instance = stage.begin(now).instance;
        for anything in &inputs {
            if let Some(deadline) = instance.deadline() {
                now = now.max(deadline.due_at);
            }
            let told = input(anything, &instance);
            instance = stage.tell(&instance, &told, now).map_err(|breach| {
                TestCaseError::fail(format!("{told:?}: {breach}"))
            })?.instance;
        }
    }

    #[test]
    fn every_turn_is_logged_and_can_be_kept(inputs in prop::collection::vec(anything(), 1..40)) {
        let (facts, settings) = (stage::facts(PaymentMethod::Dummy), saga::order::Settings::default());
        let now = Timestamp::from_micros(0);
        let mut turn = start(&facts, &settings, now);
        for anything in &inputs {
            let told = input(anything, &turn.instance);
            turn = decide(&turn.instance, &facts, &settings, told.clone(), now);
            prop_assert_eq!(turn.log.first().map(|line| line.kind), Some(Kind::Input));
            prop_assert!(turn.log.len() > 1 || turn.instance.state() == State::NeedsAttention);
            let sent = turn.log.iter().filter(|line| line.kind == Kind::Command).count();
            prop_assert_eq!(sent, turn.commands.len());
            let json = serde_json::to_string(&turn.instance).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Instance>(&json).unwrap(), &turn.instance);
        }
    }

    #[test]
    fn the_same_turn_is_taken_the_same_way_again(inputs in prop::collection::vec(anything(), 1..30)) {
        let (facts, settings) = (stage::facts(PaymentMethod::Cod), saga::order::Settings::default());
        let now = Timestamp::from_micros(0);
        let mut instance = start(&facts, &settings, now).instance;
        for anything in &inputs {
            let told = input(anything, &instance);
            let once = decide(&instance, &facts, &settings, told.clone(), now);
            let twice = decide(&instance, &facts, &settings, told, now);
            prop_assert_eq!(&once.instance, &twice.instance);
            prop_assert_eq!(once.commands, twice.commands);
            prop_assert_eq!(once.changes, twice.changes);
            instance = once.instance;
        }
    }
}
