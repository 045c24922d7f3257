use shared_events::{AgentId, OrderId};

use super::super::samples;
use super::*;

fn found(case: &Case, what: &str) {
    let broken = breaches(case);
    assert!(
        broken.iter().any(|breach| breach.contains(what)),
        "{what}: {broken:?}"
    );
}

fn stands(case: &mut Case, standing: Stock) {
    case.reservation.as_mut().unwrap().standing = standing;
}

fn is_at(case: &mut Case, status: DeliveryStatus, live: bool) {
    let delivery = case.delivery.as_mut().unwrap();
    (delivery.status, delivery.live) = (status, live);
}

#[test]
fn sound_cases_break_nothing() {
    for case in samples::sound() {
        assert_eq!(breaches(&case), [""; 0], "{case:#?}");
    }
}

#[test]
fn what_lives_without_an_order_is_found() {
    let mut case = samples::dispatched();
    case.order = None;
    let id = case.id;
    found(
        &case,
        &format!("are sold for an order {id}, and there is none"),
    );
    found(&case, "its payment is captured, and there is no such order");
    found(
        &case,
        "its delivery is ASSIGNED, and there is no such order",
    );
    assert_eq!(breaches(&case).len(), 3);
}

#[test]
fn an_order_that_was_lost_is_found_by_what_it_left_behind() {
    let mut case = samples::cancelled();
    case.order = None;
    found(&case, "are released for an order");
    found(&case, "its payment is closed, and there is no such order");
}

#[test]
fn a_reservation_over_rest_and_a_lone_tombstone_need_no_order() {
    let mut case = samples::cancelled();
    (case.order, case.payment, case.delivery) = (None, None, None);
    case.reservation.as_mut().unwrap().lines.clear();
    assert_eq!(breaches(&case), [""; 0]);
    for (standing, order_id) in [
        (Stock::HeldByCaller, Some(OrderId::new())),
        (Stock::HeldByCaller, None),
        (Stock::Free, None),
    ] {
        stands(&mut case, standing);
        case.reservation.as_mut().unwrap().order_id = order_id;
        assert_eq!(breaches(&case), [""; 0]);
    }
}

#[test]
fn an_order_that_lives_without_its_parts_is_found() {
    let mut case = samples::dispatched();
    (case.reservation, case.payment, case.delivery) = (None, None, None);
    found(&case, "its stock is not reserved, not sold");
    found(&case, "its payment is not there, not captured");
    found(&case, "its delivery is not there, not ASSIGNED");
    let mut case = samples::paying();
    case.reservation = None;
    found(
        &case,
        "it is PLACED and its stock is not reserved, not reserved",
    );
}

#[test]
fn a_confirmation_that_never_became_a_sale_is_found() {
    let mut case = samples::dispatched();
    stands(&mut case, Stock::Held);
    found(&case, "it is CONFIRMED and its stock is reserved, not sold");
}

#[test]
fn a_cancelled_order_that_still_has_something_is_found() {
    for standing in [Stock::Held, Stock::Sold] {
        let mut case = samples::cancelled();
        stands(&mut case, standing);
        found(&case, "not released");
    }
    let mut case = samples::cancelled();
    case.payment.as_mut().unwrap().is_live = true;
    found(&case, "not closed");
    for status in [
        DeliveryStatus::Pending,
        DeliveryStatus::Assigned,
        DeliveryStatus::PickedUp,
    ] {
        let mut case = samples::cancelled();
        is_at(&mut case, status, true);
        found(&case, "not CANCELLED");
    }
    let mut case = samples::cancelled();
    is_at(&mut case, DeliveryStatus::Delivered, false);
    found(&case, "not CANCELLED");
}

#[test]
fn what_an_operator_left_alone_is_not_found() {
    let mut case = samples::cancelled();
    stands(&mut case, Stock::Sold);
    case.payment.as_mut().unwrap().is_live = true;
    is_at(&mut case, DeliveryStatus::Assigned, true);
    assert_eq!(breaches(&case).len(), 3);
    samples::saga(&mut case).left_alone = vec![RESERVE_STOCK, PAYMENT, DELIVERY];
    assert_eq!(breaches(&case), [""; 0]);
}

#[test]
fn a_parcel_that_the_order_knows_nothing_of_is_found() {
    let mut case = samples::placed();
    case.delivery = samples::dispatched().delivery;
    found(&case, "it is PLACED and its delivery is ASSIGNED");
    let mut case = samples::dispatched();
    is_at(&mut case, DeliveryStatus::PickedUp, true);
    found(&case, "it is CONFIRMED and its delivery is PICKED_UP");
    let mut case = samples::delivery_failed();
    is_at(&mut case, DeliveryStatus::Delivered, false);
    found(&case, "it is DELIVERY_FAILED and its delivery is DELIVERED");
}

#[test]
fn an_order_that_was_promised_without_cash_or_capture_is_found() {
    let mut case = samples::dispatched();
    case.payment.as_mut().unwrap().standing = Paid::Closed;
    found(&case, "its payment is closed, not captured");
    let mut case = samples::in_cash(samples::dispatched());
    assert_eq!(breaches(&case), [""; 0]);
    case.payment.as_mut().unwrap().standing = Paid::Failed;
    found(&case, "its payment is failed, not promised");
}

#[test]
fn units_of_another_order_are_found() {
    let mut case = samples::dispatched();
    let lines = &mut case.reservation.as_mut().unwrap().lines;
    lines[0].product_id = ProductId::new();
    found(&case, "other units are held");
    let mut case = samples::dispatched();
    case.reservation.as_mut().unwrap().lines.pop();
    found(&case, "other units are held");
}

#[test]
fn an_agent_with_another_load_than_deliveries_is_found() {
    let agent = |load| AgentFacts {
        agent_id: AgentId::new(),
        load,
        in_hand: 2,
    };
    assert_eq!(judge_agent(&agent(2)), None);
    let found = judge_agent(&agent(3)).unwrap();
    assert!(
        found
            .what
            .ends_with("has a load of 3 and 2 deliveries in hand")
    );
}
