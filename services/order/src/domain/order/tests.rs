use std::time::Duration;

use super::*;
use crate::domain::samples::{NOON, order};

#[test]
fn a_placed_order_tells_everything_of_itself() {
    let order = order();
    let placed = order.placed();
    assert_eq!(
        (order.status, order.version, order.placed_at),
        (OrderStatus::Placed, 1, NOON)
    );
    assert_eq!(placed.order_number, order.number.to_string());
    assert_eq!(
        (placed.cart_id, placed.cart_version),
        (Some(order.terms.cart_id), Some(3))
    );
    assert_eq!(
        (placed.lines, placed.total),
        (order.terms.lines, order.terms.price.total)
    );
}

#[test]
fn only_a_guest_is_told_of_by_contact() {
    let mut order = order();
    let placed = order.placed();
    assert!(placed.contact.is_none() && placed.user_id.is_some());
    order.terms.user_id = None;
    let placed = order.placed();
    assert_eq!(
        (placed.contact, placed.user_id),
        (Some(order.terms.contact), None)
    );
}

#[test]
fn every_move_is_kept_with_its_time_and_raises_the_version() {
    let mut order = order();
    let later = NOON + Duration::from_secs(5);
    let changed = order
        .move_to(OrderStatus::Cancelling, Because::of("OUT_OF_STOCK"), later)
        .unwrap();
    assert_eq!(
        (changed.from, changed.to),
        (OrderStatus::Placed, OrderStatus::Cancelling)
    );
    assert_eq!(changed.aggregate_version, order.version);
    let last = order.history.last().unwrap();
    assert_eq!(
        (last.status, last.at, last.reason.as_deref()),
        (OrderStatus::Cancelling, later, Some("OUT_OF_STOCK"))
    );
    assert_eq!((order.version, order.updated_at), (2, later));
}

#[test]
fn a_move_to_where_it_stands_changes_nothing() {
    let mut order = order();
    let before = order.clone();
    assert_eq!(
        order.move_to(
            OrderStatus::Placed,
            Because::default(),
            NOON + Duration::from_secs(1)
        ),
        None
    );
    assert_eq!(order, before);
}

#[test]
fn a_cart_is_held_until_the_order_is_undone_completely() {
    let mut order = order();
    for (status, holds) in [
        (OrderStatus::Confirmed, true),
        (OrderStatus::Cancelling, true),
        (OrderStatus::Cancelled, false),
    ] {
        order.move_to(status, Because::default(), NOON);
        assert_eq!(order.holds_cart(), holds, "{status}");
    }
}

#[test]
fn a_wiped_token_is_gone_and_wiping_twice_changes_nothing() {
    let mut order = order();
    order.wipe_payment_token(NOON);
    assert_eq!((&order.payment_token, order.version), (&None, 2));
    order.wipe_payment_token(NOON);
    assert_eq!(order.version, 2);
}
