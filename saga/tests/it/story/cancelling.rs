//! Cancelled by the customer, at every moment; and what comes late.

use saga::order::{FailureCode, Input, OrderChange, Refusal, Settled, State};
use shared_events::{
    CancelledBy,
    OrderStatus::{Cancelled, Cancelling, Confirmed, Delivered, DeliveryFailed, OutForDelivery},
};

use super::{Scene, voices};

fn cancellation() -> Input {
    let by = CancelledBy::Customer;
    Input::CancelWanted { by, reason: None }
}

#[test]
fn an_unanswered_step_is_in_doubt_and_is_compensated_first() {
    let mut scene = Scene::reserved();
    assert_eq!(scene.customer_cancels(), ["RefundPayment"]);
    assert_eq!(scene.status(), Cancelling);
    assert_eq!(scene.hears(voices::nothing_to_refund), ["ReleaseStock"]);
    assert_eq!(scene.status(), Cancelling);
    scene.hears(voices::released);
    let Some(OrderChange::Cancelled { by, code, refunded }) = scene.changes.last() else {
        panic!("{:?}", scene.changes);
    };
    assert_eq!(
        (*by, *code),
        (CancelledBy::Customer, FailureCode::CancelledByCustomer)
    );
    assert_eq!(*refunded, None);
}

#[test]
fn an_assigned_order_is_taken_up_again_in_compensation() {
    let mut scene = Scene::assigned();
    assert_eq!(scene.instance.settled(), Some(Settled::Confirmed));
    assert!(scene.instance.can_be_cancelled());
    assert_eq!(scene.customer_cancels(), ["CancelDelivery"]);
    assert_eq!(scene.hears(voices::delivery_cancelled), ["RefundPayment"]);
    assert_eq!(scene.hears(voices::refunded), ["ReleaseStock"]);
    scene.hears(voices::released);
    assert_eq!(scene.statuses(), [Confirmed, Cancelling, Cancelled]);
    assert_eq!(scene.instance.state(), State::Compensated);
    let code = FailureCode::CancelledByCustomer;
    assert_eq!(scene.instance.settled(), Some(Settled::Failed { code }));
}

#[test]
fn compensations_have_attempts_of_their_own() {
    let mut scene = Scene::assigned();
    let action = scene.last_reference();
    scene.customer_cancels();
    let compensation = scene.last_reference();
    assert_eq!(action.step, compensation.step);
    assert!(compensation.attempt > action.attempt);
}

#[test]
fn cancelling_again_changes_nothing() {
    let mut scene = Scene::assigned();
    scene.customer_cancels();
    let before = scene.instance.clone();
    assert!(scene.customer_cancels().is_empty());
    assert_eq!(scene.instance, before);
}

#[test]
fn past_the_pivot_nobody_can_cancel() {
    let mut delivered = Scene::dispatched();
    delivered.is_told(voices::handed_over());
    for scene in [Scene::dispatched(), Scene::failed_at_the_door(), delivered] {
        assert!(!scene.instance.can_be_cancelled());
        assert_eq!(scene.refuses(cancellation()), Refusal::PastPivot);
    }
}

#[test]
fn a_refused_cancellation_goes_forward_again_and_nothing_is_refunded() {
    let mut scene = Scene::assigned();
    scene.customer_cancels();
    assert!(scene.hears(voices::cancel_refused).is_empty());
    assert_eq!(scene.instance.cancellation(), None);
    scene.is_told(voices::picked_up());
    scene.is_told(voices::handed_over());
    assert_eq!(
        scene.statuses(),
        [Confirmed, Cancelling, OutForDelivery, Delivered]
    );
    assert!(scene.sent.iter().all(|it| it.name() != "RefundPayment"));
}

#[test]
fn what_was_heard_while_cancelling_is_remembered_when_the_cancellation_is_refused() {
    let mut scene = Scene::assigned();
    scene.customer_cancels();
    scene.is_told(voices::picked_up());
    scene.is_told(voices::handed_over());
    assert_eq!(scene.status(), Cancelling);
    scene.hears(voices::cancel_refused);
    assert_eq!(
        (scene.status(), scene.instance.state()),
        (Delivered, State::Completed)
    );

    let mut scene = Scene::assigned();
    scene.customer_cancels();
    scene.is_told(voices::came_back());
    scene.hears(voices::cancel_refused);
    assert_eq!(
        (scene.status(), scene.instance.state()),
        (DeliveryFailed, State::NeedsAttention)
    );
}

#[test]
fn a_late_success_of_a_failed_step_is_compensated_after_the_end() {
    let mut scene = Scene::reserved();
    let asked = scene.last_reference();
    scene.hears(voices::declined);
    scene.hears(voices::released);
    let published = scene.changes.len();
    assert_eq!(
        scene.is_told(voices::paid(asked.clone())),
        ["RefundPayment"]
    );
    assert_eq!(
        (scene.status(), scene.instance.state()),
        (Cancelled, State::Compensating)
    );
    assert!(scene.is_told(voices::paid(asked)).is_empty());
    scene.hears(voices::refunded);
    assert_eq!(scene.instance.state(), State::Compensated);
    assert_eq!(scene.changes.len(), published);
}

#[test]
fn a_late_success_while_others_are_undone_waits_for_its_turn() {
    let mut scene = Scene::reserved();
    let asked = scene.last_reference();
    scene.hears(voices::declined);
    assert!(scene.is_told(voices::paid(asked)).is_empty());
    assert_eq!(scene.hears(voices::released), ["RefundPayment"]);
    assert_eq!(scene.status(), Cancelling);
    scene.hears(voices::refunded);
    assert_eq!(scene.status(), Cancelled);
}

#[test]
fn a_success_that_crosses_its_compensation_is_compensated_once_more() {
    let mut scene = Scene::reserved();
    let asked = scene.last_reference();
    scene.customer_cancels();
    assert!(scene.is_told(voices::paid(asked)).is_empty());
    assert_eq!(scene.hears(voices::nothing_to_refund), ["RefundPayment"]);
    assert_eq!(scene.hears(voices::refunded), ["ReleaseStock"]);
}

#[test]
fn a_success_known_before_is_not_compensated_twice() {
    let mut scene = Scene::reserved();
    let asked = scene.last_reference();
    scene.hears(voices::paid);
    scene.customer_cancels();
    scene.hears(voices::delivery_cancelled);
    scene.hears(voices::refunded);
    let before = scene.instance.clone();
    assert!(scene.is_told(voices::paid(asked)).is_empty());
    assert_eq!(scene.instance, before);
}

#[test]
fn an_agent_who_was_never_called_off_brings_an_operator_in() {
    let mut scene = Scene::confirmed();
    let asked = scene.last_reference();
    scene.customer_cancels();
    scene.hears(voices::delivery_cancelled);
    scene.hears(voices::refunded);
    scene.hears(voices::released);
    assert_eq!(scene.is_told(voices::assigned(asked)), ["CancelDelivery"]);
    scene.hears(voices::cancel_refused);
    assert_eq!(scene.instance.state(), State::NeedsAttention);
    assert_eq!(scene.status(), Cancelled);
}
