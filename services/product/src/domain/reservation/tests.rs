use shared_events::{CartId, Money, Quantity, SagaId, Shortage};

use super::*;
use crate::domain::stock::Stock;

fn order() -> OrderId {
    OrderId::new()
}

pub(super) fn saga(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(uuid::Uuid::nil()),
        step: "reserve-stock".to_owned(),
        attempt,
    }
}

pub(super) fn line(product_id: ProductId, units: u32) -> StockLine {
    StockLine {
        product_id,
        quantity: Quantity::new(units).unwrap(),
    }
}

fn reserve_stock(order_id: OrderId, attempt: u32, lines: &[StockLine]) -> ReserveStock {
    ReserveStock {
        order_id,
        lines: lines.to_vec(),
        saga: saga(attempt),
    }
}

fn release_stock(order_id: OrderId, attempt: u32) -> ReleaseStock {
    ReleaseStock {
        order_id,
        saga: saga(attempt),
    }
}

pub(super) fn order_confirmed(order_id: OrderId) -> OrderConfirmed {
    OrderConfirmed {
        order_id,
        order_number: "RC-1".to_owned(),
        user_id: None,
        cart_id: CartId::new(),
        cart_version: 1,
        lines: vec![],
        total: Money::zero(shared_events::Currency::INR),
        aggregate_version: 2,
    }
}

fn shelf(stocks: &[(ProductId, u32)]) -> Shelf {
    let opening = |(product, units): &(ProductId, u32)| (*product, Stock::opening(*units, 0).0);
    stocks.iter().map(opening).collect()
}

fn shortages(reply: &AnyMessage) -> (&str, &[Shortage]) {
    match reply {
        AnyMessage::StockReservationFailed(failed) => (&failed.reason, &failed.shortages),
        other => panic!("the reply is {}", other.name()),
    }
}

fn is_reserved(reply: &AnyMessage) -> bool {
    matches!(reply, AnyMessage::StockReserved(_))
}

#[test]
fn all_lines_are_set_aside_and_the_reply_echoes_the_command() {
    let (order, product) = (order(), ProductId::new());
    let command = reserve_stock(order, 3, &[line(product, 2)]);
    let (state, reply) = reserve(&State::default(), &command, &shelf(&[(product, 2)]));
    assert_eq!(state.phase(), Phase::HeldBySaga);
    let expected = StockReserved {
        order_id: order,
        reservation_id: of_order(order),
        lines: vec![line(product, 2)],
        expires_at: None,
        saga: Some(saga(3)),
    };
    assert_eq!(reply, expected.into());
}

#[test]
fn one_short_line_refuses_all_and_leaves_nothing_behind() {
    let (plenty, scarce) = (ProductId::new(), ProductId::new());
    let command = reserve_stock(order(), 1, &[line(plenty, 1), line(scarce, 3)]);
    let mut shelf = shelf(&[(plenty, 9), (scarce, 2)]);
    let (state, reply) = reserve(&State::default(), &command, &shelf);
    let missing = Shortage {
        product_id: scarce,
        requested: Quantity::new(3).unwrap(),
        available: 2,
    };
    let expected = (reasons::INSUFFICIENT_STOCK, &[missing][..]);
    assert_eq!(shortages(&reply), expected);
    let before = shelf.clone();
    shelf.settle(&State::default(), &state);
    assert_eq!(shelf, before);
}

#[test]
fn lines_of_one_product_count_together() {
    let product = ProductId::new();
    let command = reserve_stock(order(), 1, &[line(product, 2), line(product, 2)]);
    let (_, reply) = reserve(&State::default(), &command, &shelf(&[(product, 3)]));
    assert_eq!(shortages(&reply).1[0].requested.get(), 4);
}

#[test]
fn unknown_and_discontinued_products_are_refused_as_such() {
    let (known, unknown) = (ProductId::new(), ProductId::new());
    let mut shelf = shelf(&[(known, 5)]);
    let command = reserve_stock(order(), 1, &[line(unknown, 1)]);
    let (_, reply) = reserve(&State::default(), &command, &shelf);
    assert_eq!(shortages(&reply).0, reasons::UNKNOWN_PRODUCT);

    shelf.stock_mut(known).unwrap().discontinue();
    let command = reserve_stock(order(), 1, &[line(known, 1)]);
    let (_, reply) = reserve(&State::default(), &command, &shelf);
    assert_eq!(shortages(&reply).0, reasons::UNKNOWN_PRODUCT);
    assert_eq!(shortages(&reply).1[0].available, 0);
}

#[test]
fn the_first_answer_is_repeated_and_a_new_attempt_gets_a_new_one() {
    let (order, product) = (order(), ProductId::new());
    let first = reserve_stock(order, 1, &[line(product, 1)]);
    let (state, refused) = reserve(&State::default(), &first, &shelf(&[(product, 0)]));

    let restocked = shelf(&[(product, 1)]);
    let (same, again) = reserve(&state, &first, &restocked);
    assert_eq!((&same, &again), (&state, &refused));

    let second = reserve_stock(order, 2, &[line(product, 1)]);
    let (state, reply) = reserve(&state, &second, &restocked);
    assert!(is_reserved(&reply));
    assert_eq!(state.phase(), Phase::HeldBySaga);
}

#[test]
fn a_release_that_comes_first_is_a_tombstone() {
    let (order, product) = (order(), ProductId::new());
    let (state, released) = release(&State::default(), &release_stock(order, 1));
    assert_eq!((released.reservation_id, released.lines), (None, vec![]));
    for attempt in 1..3 {
        let command = reserve_stock(order, attempt, &[line(product, 1)]);
        let (next, reply) = reserve(&state, &command, &shelf(&[(product, 5)]));
        assert_eq!(shortages(&reply).0, reasons::ALREADY_COMPENSATED);
        assert_eq!(next.phase(), Phase::Released);
    }
}

#[test]
fn a_release_tells_what_went_back_however_often_it_is_asked() {
    let (order, product) = (order(), ProductId::new());
    let command = reserve_stock(order, 1, &[line(product, 2)]);
    let (held, _) = reserve(&State::default(), &command, &shelf(&[(product, 2)]));
    let (state, first) = release(&held, &release_stock(order, 1));
    assert_eq!(first.lines, [line(product, 2)]);
    assert_eq!(first.reservation_id, Some(of_order(order)));
    let (same, again) = release(&state, &release_stock(order, 1));
    assert_eq!((same, again), (state, first));
}

#[test]
fn a_confirmed_reservation_is_a_sale_and_a_release_puts_it_back() {
    let (order, product) = (order(), ProductId::new());
    let mut shelf = shelf(&[(product, 5)]);
    let opening = shelf.stock(product).unwrap().figures();
    let nobody = State::default();
    let (held, _) = reserve(
        &nobody,
        &reserve_stock(order, 1, &[line(product, 2)]),
        &shelf,
    );
    shelf.settle(&nobody, &held);
    let sold = confirm(&held, &order_confirmed(order));
    shelf.settle(&held, &sold);
    let figures = shelf.stock(product).unwrap().figures();
    assert_eq!((figures.on_hand, figures.reserved, figures.sold), (3, 0, 2));
    let (released, _) = release(&sold, &release_stock(order, 1));
    shelf.settle(&sold, &released);
    assert_eq!(shelf.stock(product).unwrap().figures(), opening);
}

#[test]
fn a_confirmation_after_a_release_changes_nothing() {
    let order = order();
    let (released, _) = release(&State::default(), &release_stock(order, 1));
    assert_eq!(confirm(&released, &order_confirmed(order)), released);
    let unheard = State::default();
    assert_eq!(confirm(&unheard, &order_confirmed(order)), unheard);
}

#[test]
fn a_saga_takes_over_what_a_caller_has_set_aside() {
    let (order, product) = (order(), ProductId::new());
    let mut shelf = shelf(&[(product, 3)]);
    let until = Timestamp::from_micros(1_000_000);
    let nobody = State::default();
    let by_caller = hold(&nobody, &[line(product, 3)], until, &shelf).unwrap();
    shelf.settle(&nobody, &by_caller);

    let command = reserve_stock(order, 1, &[line(product, 3)]);
    let (by_saga, reply) = reserve(&by_caller, &command, &shelf);
    assert!(is_reserved(&reply));
    let before = shelf.clone();
    shelf.settle(&by_caller, &by_saga);
    assert_eq!(shelf, before, "the same units, in other hands");
    assert_eq!(expire(&by_saga, until), by_saga);
}

#[test]
fn what_a_saga_has_touched_is_out_of_reach_for_callers() {
    let (order, product) = (order(), ProductId::new());
    let shelf = shelf(&[(product, 3)]);
    let until = Timestamp::from_micros(1);
    let lines = [line(product, 1)];
    let too_much = reserve_stock(order, 1, &[line(product, 9)]);
    let (refused, _) = reserve(&State::default(), &too_much, &shelf);
    let (held, _) = reserve(&State::default(), &reserve_stock(order, 1, &lines), &shelf);
    let (released, _) = release(&State::default(), &release_stock(order, 1));
    let sold = confirm(&held, &order_confirmed(order));
    for state in [refused, held, released, sold] {
        let refusal = hold(&state, &lines, until, &shelf);
        assert_eq!(refusal, Err(Refusal::OwnedBySaga), "{:?}", state.phase());
        assert_eq!(give_back(&state), Err(Refusal::OwnedBySaga));
    }
}

#[test]
fn a_callers_reservation_expires_on_time_and_may_be_prolonged() {
    let product = ProductId::new();
    let shelf = shelf(&[(product, 3)]);
    let at = Timestamp::from_micros;
    let lines = [line(product, 1)];
    let held = hold(&State::default(), &lines, at(10), &shelf).unwrap();
    assert_eq!(expire(&held, at(9)), held);
    assert_eq!(expire(&held, at(10)), State::default());
    let prolonged = hold(&held, &lines, at(20), &shelf).unwrap();
    assert_eq!(expire(&prolonged, at(10)), prolonged);
    assert_eq!(give_back(&prolonged), Ok(State::default()));
}

#[test]
fn messages_about_other_things_change_nothing() {
    let released = StockReleased {
        order_id: order(),
        reservation_id: None,
        lines: vec![],
        saga: None,
    };
    let state = State::default();
    let outcome = obey(&state, &released.into(), &Shelf::default());
    assert_eq!(outcome, (state, vec![]));
}
