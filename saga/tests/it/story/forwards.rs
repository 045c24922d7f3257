//! From the order placed to the parcel at the door.

use saga::order::{FailureCode, Input, OrderChange, Settled, State};
use shared_events::{
    AnyMessage, CancelledBy,
    OrderStatus::{Cancelled, Cancelling, Confirmed, Delivered, OutForDelivery, Placed},
    PaymentMethod, SagaId, reasons,
};
use uuid::Uuid;

use super::{Scene, voices};

#[test]
fn an_order_is_reserved_paid_assigned_picked_up_and_delivered() {
    let mut scene = Scene::placed();
    assert_eq!(scene.sent[0].name(), "ReserveStock");
    assert_eq!(scene.status(), Placed);
    assert_eq!(scene.hears(voices::reserved), ["RequestPayment"]);
    assert_eq!(scene.hears(voices::paid), ["AssignDelivery"]);
    assert_eq!(scene.status(), Confirmed);
    assert!(scene.hears(voices::assigned).is_empty());
    assert!(scene.is_told(voices::picked_up()).is_empty());
    assert!(scene.is_told(voices::handed_over()).is_empty());
    assert_eq!(scene.statuses(), [Confirmed, OutForDelivery, Delivered]);
    assert_eq!(scene.instance.state(), State::Completed);
    assert_eq!(scene.instance.current_step(), None);
    let confirmed = |change: &&OrderChange| **change == OrderChange::Confirmed;
    assert_eq!(scene.changes.iter().filter(confirmed).count(), 1);
}

#[test]
fn the_checkout_settles_when_somebody_has_been_found_to_deliver() {
    let mut scene = Scene::confirmed();
    assert_eq!(scene.instance.settled(), None);
    scene.hears(voices::assigned);
    assert_eq!(scene.instance.settled(), Some(Settled::Confirmed));
}

#[test]
fn commands_carry_what_the_order_says() {
    let mut scene = Scene::placed_with(PaymentMethod::Cod);
    scene.hears(voices::reserved);
    scene.hears(voices::promised);
    let [reserve, request, assign] = &scene.sent[..] else {
        panic!("{:?}", scene.sent);
    };
    let facts = &scene.facts;
    let AnyMessage::ReserveStock(reserve) = reserve else {
        panic!("{reserve:?}");
    };
    assert_eq!(reserve.lines, [facts.lines[0].stock()]);
    assert_eq!(
        reserve.saga.saga_id,
        SagaId::from_uuid(facts.order_id.as_uuid())
    );
    assert_eq!(
        (reserve.saga.step.as_str(), reserve.saga.attempt),
        ("reserve-stock", 1)
    );
    let AnyMessage::RequestPayment(request) = request else {
        panic!("{request:?}");
    };
    assert_eq!(
        (request.amount, request.method),
        (facts.total, PaymentMethod::Cod)
    );
    let AnyMessage::AssignDelivery(assign) = assign else {
        panic!("{assign:?}");
    };
    assert_eq!(assign.collect, Some(facts.total));
    assert_eq!(assign.shipping_address, facts.shipping_address);
}

#[test]
fn cash_is_collected_only_where_it_was_promised() {
    let scene = Scene::confirmed();
    let Some(AnyMessage::AssignDelivery(assign)) = scene.sent.last() else {
        panic!("{:?}", scene.sent.last());
    };
    assert_eq!(assign.collect, None);
}

#[test]
fn too_little_stock_cancels_at_once_with_nothing_to_undo() {
    let mut scene = Scene::placed();
    assert!(scene.hears(voices::out_of_stock).is_empty());
    let code = FailureCode::OutOfStock;
    assert_eq!(scene.instance.settled(), Some(Settled::Failed { code }));
    assert_eq!(
        scene.changes,
        [
            OrderChange::StatusChanged {
                from: Placed,
                to: Cancelled,
                reason: Some(reasons::OUT_OF_STOCK.to_owned()),
            },
            OrderChange::Cancelled {
                by: CancelledBy::Saga,
                code,
                refunded: None,
            },
        ]
    );
}

#[test]
fn declined_payment_releases_the_stock() {
    let mut scene = Scene::reserved();
    assert_eq!(scene.hears(voices::declined), ["ReleaseStock"]);
    assert_eq!(
        (scene.status(), scene.instance.settled()),
        (Cancelling, None)
    );
    assert!(scene.hears(voices::released).is_empty());
    assert_eq!(scene.statuses(), [Cancelling, Cancelled]);
    let code = FailureCode::PaymentDeclined;
    assert_eq!(scene.instance.settled(), Some(Settled::Failed { code }));
}

#[test]
fn payment_that_the_gateway_let_expire_is_told_from_a_declined_one() {
    let mut scene = Scene::reserved();
    scene.hears(|saga| voices::not_paid(reasons::EXPIRED, true, saga));
    let cancellation = scene.instance.cancellation().expect("it is cancelled");
    assert_eq!(cancellation.code, FailureCode::PaymentExpired);
}

#[test]
fn a_decline_that_can_be_tried_again_fails_nothing() {
    let mut scene = Scene::reserved();
    let before = scene.instance.clone();
    scene.hears(|saga| voices::not_paid(reasons::DECLINED, false, saga));
    assert_eq!(scene.instance, before);
}

#[test]
fn no_agent_undoes_payment_and_stock() {
    let mut scene = Scene::confirmed();
    assert_eq!(scene.hears(voices::nobody_found), ["RefundPayment"]);
    assert_eq!(scene.hears(voices::refunded), ["ReleaseStock"]);
    scene.hears(voices::released);
    let Some(OrderChange::Cancelled { code, refunded, .. }) = scene.changes.last() else {
        panic!("{:?}", scene.changes);
    };
    assert_eq!(*code, FailureCode::NoDeliveryAgent);
    assert_eq!(*refunded, Some(scene.facts.total));
}

#[test]
fn a_pick_up_heard_before_the_assignment_implies_it() {
    let mut scene = Scene::confirmed();
    let asked = scene.last_reference();
    scene.is_told(voices::picked_up());
    assert_eq!(scene.status(), OutForDelivery);
    assert_eq!(scene.instance.settled(), Some(Settled::Confirmed));
    let before = scene.instance.clone();
    scene.is_told(voices::assigned(asked));
    assert_eq!(scene.instance, before);
}

#[test]
fn a_hand_over_heard_first_implies_everything_and_no_status_moves_back() {
    let mut scene = Scene::confirmed();
    let asked = scene.last_reference();
    scene.is_told(voices::handed_over());
    assert_eq!(scene.statuses(), [Confirmed, OutForDelivery, Delivered]);
    let before = scene.instance.clone();
    scene.is_told(voices::picked_up());
    scene.is_told(voices::assigned(asked));
    assert_eq!(scene.instance, before);
}

#[test]
fn an_event_that_merely_resembles_a_reply_completes_no_step() {
    let mut scene = Scene::reserved();
    let before = scene.instance.clone();
    let asked = scene.last_reference();
    let of_another_saga = shared_events::SagaRef {
        saga_id: SagaId::from_uuid(Uuid::from_u128(77)),
        ..asked.clone()
    };
    let of_another_attempt = shared_events::SagaRef {
        attempt: 2,
        ..asked.clone()
    };
    let of_another_step = shared_events::SagaRef {
        step: "delivery".to_owned(),
        ..asked
    };
    for reference in [of_another_saga, of_another_attempt, of_another_step] {
        assert!(scene.is_told(voices::paid(reference)).is_empty());
        assert_eq!(scene.instance, before);
    }
    assert!(scene.is_told(voices::refund(100, None)).is_empty());
    assert_eq!(scene.instance, before);
}

#[test]
fn a_refund_made_by_hand_does_not_complete_the_refund_of_the_saga() {
    let mut scene = Scene::confirmed();
    scene.hears(voices::nobody_found);
    assert!(scene.is_told(voices::refund(100, None)).is_empty());
    assert_eq!(scene.instance.current_step(), Some("payment"));
    assert_eq!(scene.instance.refunded(), None);
}

#[test]
fn a_fact_about_a_delivery_that_was_never_asked_for_changes_nothing() {
    for fact in [
        voices::picked_up(),
        voices::handed_over(),
        voices::came_back(),
    ] {
        let mut scene = Scene::reserved();
        let before = scene.instance.clone();
        scene.is_told(fact);
        assert_eq!(scene.instance, before);
    }
}

#[test]
fn events_that_do_not_concern_the_saga_are_no_input() {
    let confirmed = AnyMessage::from(shared_events::ProductDeleted {
        product_id: shared_events::ProductId::from_uuid(Uuid::from_u128(1)),
        aggregate_version: 1,
    });
    assert_eq!(Input::from_message(&confirmed), None);
}
