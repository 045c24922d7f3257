//! What holds of a delivery whatever happens to it in whatever order.

use std::collections::HashMap;

use proptest::prelude::*;
use shared_events::{AnyMessage, DeliveryStatus};

use super::samples::{EXPIRY, assignment, cancellation, courier, order};
use super::*;

/// Something that may happen.
#[derive(Debug, Clone)]
enum Happening {
    Assign(u32, Option<u128>),
    Cancel(u32),
    Found(u128),
    Expires,
    PickedUp,
    Delivered,
    CameBack,
}

fn happening() -> impl Strategy<Value = Happening> {
    let attempt = 1..5_u32;
    let agent = prop::option::of(10..13_u128);
    prop_oneof![
        3 => (attempt.clone(), agent).prop_map(|(attempt, agent)| Happening::Assign(attempt, agent)),
        2 => attempt.prop_map(Happening::Cancel),
        2 => (10..13_u128).prop_map(Happening::Found),
        1 => Just(Happening::Expires),
        3 => Just(Happening::PickedUp),
        1 => Just(Happening::Delivered),
        1 => Just(Happening::CameBack),
    ]
}

fn apply(state: &State, happening: &Happening) -> Step {
    let unchanged = (state.clone(), vec![]);
    match happening {
        Happening::Assign(attempt, agent) => {
            let command = assignment(*attempt).into();
            obey(state, &command, agent.map(courier).as_ref())
        }
        Happening::Cancel(attempt) => obey(state, &cancellation(*attempt).into(), None),
        Happening::Found(agent) => found(state, order(), &courier(*agent)),
        Happening::Expires => expire(state, order(), EXPIRY),
        Happening::PickedUp => pick_up(state, order()).unwrap_or(unchanged),
        Happening::Delivered => deliver(state, order(), EXPIRY).unwrap_or(unchanged),
        Happening::CameBack => fail_at_doorstep(state, order(), "").unwrap_or(unchanged),
    }
}

/// Whatever a delivery can come to.
pub(crate) fn states() -> impl Strategy<Value = State> {
    let history = prop::collection::vec(happening(), 0..20);
    history.prop_map(|history| {
        let start = State::default();
        history.iter().fold(start, |state, it| apply(&state, it).0)
    })
}

/// The command that a message answers.
fn question(answer: &AnyMessage) -> Option<(Asked, SagaRef)> {
    let (asked, saga) = match answer {
        AnyMessage::DeliveryAssigned(event) => (Asked::Assign, &event.saga),
        AnyMessage::DeliveryFailed(event) => (Asked::Assign, &event.saga),
        AnyMessage::DeliveryCancelled(event) => (Asked::Cancel, &event.saga),
        AnyMessage::DeliveryCancelRefused(event) => (Asked::Cancel, &event.saga),
        _ => return None,
    };
    saga.clone().map(|saga| (asked, saga))
}

proptest! {
    #[test]
    fn no_question_ever_gets_two_different_answers(history in prop::collection::vec(happening(), 0..40)) {
        let mut answers: HashMap<(Asked, SagaRef), AnyMessage> = HashMap::new();
        let mut state = State::default();
        for happening in &history {
            let (next, said) = apply(&state, happening);
            for answer in said {
                if let Some(question) = question(&answer) {
                    let first = answers.entry(question).or_insert_with(|| answer.clone());
                    prop_assert_eq!(&*first, &answer);
                }
            }
            state = next;
        }
    }

    #[test]
    fn the_same_command_again_changes_nothing(
        history in prop::collection::vec(happening(), 0..30),
        last in happening(),
    ) {
        let state = history.iter().fold(State::default(), |state, it| apply(&state, it).0);
        let (once, _) = apply(&state, &last);
        let (twice, _) = apply(&once, &last);
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn what_is_called_off_stays_called_off(history in prop::collection::vec(happening(), 0..40)) {
        let mut state = State::default();
        for happening in &history {
            let (next, said) = apply(&state, happening);
            if state.status() == Some(DeliveryStatus::Cancelled) {
                prop_assert_eq!(next.status(), Some(DeliveryStatus::Cancelled));
                let answered = said.iter().all(|message| question(message).is_some());
                prop_assert!(answered, "{said:?}");
            }
            state = next;
        }
    }

    #[test]
    fn what_an_agent_has_is_never_called_off(history in prop::collection::vec(happening(), 0..40)) {
        let mut state = State::default();
        for happening in &history {
            let (next, _) = apply(&state, happening);
            if matches!(state.phase(), Phase::PickedUp(_)) {
                let fine = matches!(
                    next.phase(),
                    Phase::PickedUp(_) | Phase::Delivered(_) | Phase::CameBack(_)
                );
                prop_assert!(fine, "{:?}", next.phase());
                let same = next.courier().map(|it| it.agent_id) == state.courier().map(|it| it.agent_id);
                prop_assert!(same, "the parcel has changed hands on the road");
            }
            state = next;
        }
    }

    #[test]
    fn a_delivery_is_in_hand_exactly_from_assignment_to_its_end(history in prop::collection::vec(happening(), 0..40)) {
        let state = history.iter().fold(State::default(), |state, it| apply(&state, it).0);
        let in_hand = matches!(
            state.status(),
            Some(DeliveryStatus::Assigned | DeliveryStatus::PickedUp)
        );
        prop_assert_eq!(state.in_hand_of().is_some(), in_hand);
        prop_assert_eq!(state.search().is_some(), state.status() == Some(DeliveryStatus::Pending));
    }

    #[test]
    fn every_state_survives_being_stored(state in states()) {
        let stored = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<State>(&stored).unwrap(), state);
    }
}
