//! What an operator can do, and when not.

use saga::order::{Action, Refusal, State, StepState};
use shared_events::OrderStatus;

use super::{Scene, voices};

fn unanswered_release() -> Scene {
    let mut scene = Scene::reserved();
    scene.hears(voices::declined);
    while !scene.time_is_up().is_empty() {}
    scene
}

fn unanswered_cancellation() -> Scene {
    let mut scene = Scene::assigned();
    scene.customer_cancels();
    while !scene.time_is_up().is_empty() {}
    scene
}

#[test]
fn a_retry_sends_the_compensation_again_under_the_next_attempt() {
    let mut scene = unanswered_release();
    let before = scene.last_reference().attempt;
    assert_eq!(scene.operator(Action::Retry), ["ReleaseStock"]);
    assert_eq!(scene.last_reference().attempt, before + 1);
    assert_eq!(scene.instance.state(), State::Compensating);
    scene.hears(voices::released);
    assert_eq!(scene.instance.state(), State::Compensated);
}

#[test]
fn a_skipped_compensation_counts_as_done_by_hand() {
    let mut scene = unanswered_release();
    assert!(scene.operator(Action::Skip).is_empty());
    assert_eq!(
        (scene.instance.state(), scene.status()),
        (State::Compensated, OrderStatus::Cancelled)
    );
    let skipped = scene
        .instance
        .steps()
        .next()
        .map(|(_, record)| record.state);
    assert_eq!(skipped, Some(StepState::Skipped));
}

#[test]
fn an_unanswered_cancellation_can_be_taken_for_refused() {
    let mut scene = unanswered_cancellation();
    scene.operator(Action::ForceForward);
    assert_eq!(scene.instance.state(), State::Running);
    assert_eq!(scene.status(), OrderStatus::OutForDelivery);
}

#[test]
fn a_refund_cannot_be_taken_for_refused() {
    let mut scene = Scene::confirmed();
    scene.hears(voices::nobody_found);
    while !scene.time_is_up().is_empty() {}
    let forward = Scene::operation(Action::ForceForward);
    assert_eq!(scene.refuses(forward), Refusal::CannotGoForward);
}

#[test]
fn a_fact_that_never_came_can_be_taken_as_given() {
    let mut scene = Scene::assigned();
    scene.operator(Action::ForceForward);
    assert_eq!(scene.status(), OrderStatus::OutForDelivery);
    scene.operator(Action::ForceForward);
    assert_eq!(
        (scene.status(), scene.instance.state()),
        (OrderStatus::Delivered, State::Completed)
    );
}

#[test]
fn a_saga_that_gets_on_by_itself_is_left_alone() {
    let scene = Scene::reserved();
    for action in [Action::Retry, Action::ForceForward] {
        assert_eq!(
            scene.refuses(Scene::operation(action)),
            Refusal::NeedsNoAttention
        );
    }
    assert_eq!(
        scene.refuses(Scene::operation(Action::Skip)),
        Refusal::NothingToSkip
    );
    let mut scene = Scene::reserved();
    scene.customer_cancels();
    for action in [Action::Retry, Action::Skip, Action::ForceForward] {
        assert_eq!(
            scene.refuses(Scene::operation(action)),
            Refusal::NeedsNoAttention
        );
    }
    let compensate = Scene::operation(Action::Compensate { restock: true });
    assert_eq!(scene.refuses(compensate), Refusal::AlreadyCompensating);
}

#[test]
fn a_parcel_on_its_way_is_not_taken_back() {
    let compensate = Scene::operation(Action::Compensate { restock: true });
    assert_eq!(Scene::dispatched().refuses(compensate), Refusal::PastPivot);
}

#[test]
fn nothing_is_done_to_a_saga_that_has_ended() {
    let mut delivered = Scene::dispatched();
    delivered.is_told(voices::handed_over());
    let mut cancelled = Scene::placed();
    cancelled.hears(voices::out_of_stock);
    for scene in [delivered, cancelled] {
        for action in [
            Action::Retry,
            Action::Skip,
            Action::Compensate { restock: true },
            Action::ForceForward,
        ] {
            assert_eq!(scene.refuses(Scene::operation(action)), Refusal::Ended);
        }
    }
}
