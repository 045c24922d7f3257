//! After the pivot: the agent stands at the door and comes back with it.

use saga::order::{Action, Attention, FailureCode, OrderChange, Settled, State};
use shared_events::{
    CancelledBy,
    OrderStatus::{Cancelled, Cancelling, Confirmed, Delivered, DeliveryFailed, OutForDelivery},
};

use super::{Scene, voices};

#[test]
fn a_delivery_that_fails_at_the_door_needs_attention() {
    let scene = Scene::failed_at_the_door();
    assert_eq!(
        scene.statuses(),
        [Confirmed, OutForDelivery, DeliveryFailed]
    );
    assert_eq!(scene.instance.state(), State::NeedsAttention);
    assert_eq!(scene.instance.attention(), Some(Attention::StepFailed));
    let Some(OrderChange::StatusChanged { reason, .. }) = scene.changes.last() else {
        panic!("{:?}", scene.changes);
    };
    assert_eq!(reason.as_deref(), Some("nobody at home"));
}

#[test]
fn an_admin_lets_it_be_attempted_again_under_the_next_attempt() {
    let mut scene = Scene::failed_at_the_door();
    assert_eq!(scene.operator(Action::Retry), ["AssignDelivery"]);
    assert_eq!(scene.last_reference().attempt, 2);
    assert_eq!(
        (scene.status(), scene.instance.state()),
        (DeliveryFailed, State::Running)
    );
    scene.hears(voices::assigned);
    scene.is_told(voices::picked_up());
    scene.is_told(voices::handed_over());
    assert_eq!(
        scene.statuses(),
        [
            Confirmed,
            OutForDelivery,
            DeliveryFailed,
            OutForDelivery,
            Delivered
        ]
    );
    assert_eq!(scene.instance.state(), State::Completed);
}

#[test]
fn a_new_attempt_that_finds_nobody_asks_the_operator_again() {
    let mut scene = Scene::failed_at_the_door();
    scene.operator(Action::Retry);
    assert!(scene.hears(voices::nobody_found).is_empty());
    assert_eq!(
        (scene.status(), scene.instance.state()),
        (DeliveryFailed, State::NeedsAttention)
    );
    assert_eq!(scene.operator(Action::Retry), ["AssignDelivery"]);
    assert_eq!(scene.last_reference().attempt, 3);
}

#[test]
fn a_new_attempt_that_is_not_answered_asks_the_operator_and_is_still_taken_when_it_succeeds() {
    let mut scene = Scene::failed_at_the_door();
    scene.operator(Action::Retry);
    while !scene.time_is_up().is_empty() {}
    assert_eq!(scene.instance.attention(), Some(Attention::StepUnanswered));
    scene.hears(voices::assigned);
    assert_eq!(scene.instance.state(), State::Running);
    scene.is_told(voices::picked_up());
    assert_eq!(scene.status(), OutForDelivery);
}

#[test]
fn a_straggler_of_the_first_attempt_does_not_answer_the_second() {
    let mut scene = Scene::confirmed();
    scene.hears(voices::assigned);
    scene.is_told(voices::came_back());
    scene.operator(Action::Retry);
    scene.is_told(voices::picked_up());
    assert_eq!(scene.instance.current_step(), Some("delivery"));
    assert!(scene.instance.deadline().is_some());
    scene.hears(voices::nobody_found);
    assert_eq!(scene.instance.state(), State::NeedsAttention);
}

#[test]
fn an_admin_takes_it_back_with_refund_and_restock() {
    let mut scene = Scene::failed_at_the_door();
    let restock = true;
    assert_eq!(
        scene.operator(Action::Compensate { restock }),
        ["CancelDelivery"]
    );
    assert_eq!(scene.hears(voices::delivery_cancelled), ["RefundPayment"]);
    assert_eq!(scene.hears(voices::refunded), ["ReleaseStock"]);
    scene.hears(voices::released);
    assert_eq!(
        scene.statuses(),
        [
            Confirmed,
            OutForDelivery,
            DeliveryFailed,
            Cancelling,
            Cancelled
        ]
    );
    let code = FailureCode::CancelledByAdmin;
    assert_eq!(scene.instance.settled(), Some(Settled::Failed { code }));
    let Some(OrderChange::Cancelled { by, refunded, .. }) = scene.changes.last() else {
        panic!("{:?}", scene.changes);
    };
    assert_eq!(
        (*by, *refunded),
        (CancelledBy::Admin, Some(scene.facts.total))
    );
}

#[test]
fn goods_that_did_not_come_back_stay_sold() {
    let mut scene = Scene::failed_at_the_door();
    let restock = false;
    assert_eq!(
        scene.operator(Action::Compensate { restock }),
        ["CancelDelivery"]
    );
    scene.hears(voices::delivery_cancelled);
    assert!(scene.hears(voices::refunded).is_empty());
    assert_eq!(scene.status(), Cancelled);
    assert!(scene.sent.iter().all(|it| it.name() != "ReleaseStock"));
}

#[test]
fn a_delivery_that_cannot_be_called_off_fails_again() {
    let mut scene = Scene::failed_at_the_door();
    scene.operator(Action::Compensate { restock: true });
    scene.hears(voices::cancel_refused);
    assert_eq!(
        (scene.status(), scene.instance.state()),
        (DeliveryFailed, State::NeedsAttention)
    );
    assert_eq!(scene.instance.cancellation(), None);
}

#[test]
fn before_the_pivot_an_operator_cannot_keep_the_goods_sold() {
    let mut scene = Scene::reserved();
    scene.operator(Action::Compensate { restock: false });
    assert_eq!(scene.hears(voices::nothing_to_refund), ["ReleaseStock"]);
    let cancellation = scene.instance.cancellation().expect("it is cancelled");
    assert_eq!(cancellation.code, FailureCode::CancelledByAdmin);
}
