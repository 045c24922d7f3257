//! Timers: what is sent again, what is given up on, and when participants are told to give up.

use std::time::Duration;

use saga::order::{Attention, FailureCode, Input, State};
use shared_events::{AnyMessage, OrderStatus, PaymentMethod, Timestamp};

use super::{Scene, voices};

const SECOND: Duration = Duration::from_secs(1);

fn at(duration: Duration) -> Timestamp {
    Timestamp::from_micros(0) + duration
}

#[test]
fn stock_is_asked_for_three_times_under_one_attempt_and_then_given_up() {
    let mut scene = Scene::placed();
    let asked = scene.last_reference();
    for _ in 0..2 {
        assert_eq!(scene.waits(), 30 * SECOND);
        assert_eq!(scene.time_is_up(), ["ReserveStock"]);
        assert_eq!(scene.last_reference(), asked);
    }
    assert_eq!(scene.time_is_up(), ["ReleaseStock"]);
    assert_eq!(scene.now, at(90 * SECOND));
    scene.hears(voices::released);
    let cancellation = scene.instance.cancellation().expect("it is cancelled");
    assert_eq!(cancellation.code, FailureCode::ReservationExpired);
}

#[test]
fn a_person_has_fifteen_minutes_to_pay_and_a_machine_one() {
    for (method, minutes) in [
        (PaymentMethod::Stripe, 15),
        (PaymentMethod::Razorpay, 15),
        (PaymentMethod::Dummy, 1),
        (PaymentMethod::Cod, 1),
    ] {
        let mut scene = Scene::placed_with(method);
        scene.hears(voices::reserved);
        let within = Duration::from_mins(minutes);
        assert_eq!(scene.waits(), within);
        let Some(AnyMessage::RequestPayment(request)) = scene.sent.last() else {
            panic!("{:?}", scene.sent.last());
        };
        assert_eq!(request.expires_at, at(within - 5 * SECOND));
        assert_eq!(scene.time_is_up(), ["RefundPayment"]);
    }
}

#[test]
fn an_agent_is_asked_for_each_minute_until_ten_have_passed() {
    let mut scene = Scene::confirmed();
    let first = scene.sent.last().cloned();
    for minute in 1..10 {
        assert_eq!(scene.time_is_up(), ["AssignDelivery"]);
        assert_eq!(scene.now, at(Duration::from_mins(minute)));
        assert_eq!(scene.sent.last(), first.as_ref());
    }
    let Some(AnyMessage::AssignDelivery(assign)) = first else {
        panic!("{first:?}");
    };
    assert_eq!(assign.expires_at, at(Duration::from_mins(10) - 5 * SECOND));
    assert_eq!(scene.time_is_up(), ["CancelDelivery"]);
    assert_eq!(scene.now, at(Duration::from_mins(10)));
    let cancellation = scene.instance.cancellation().expect("it is cancelled");
    assert_eq!(cancellation.code, FailureCode::NoDeliveryAgent);
}

#[test]
fn a_participant_has_at_least_half_of_a_short_deadline() {
    let mut scene = Scene::placed();
    scene.settings.payment = 4 * SECOND;
    scene.hears(voices::reserved);
    let Some(AnyMessage::RequestPayment(request)) = scene.sent.last() else {
        panic!("{:?}", scene.sent.last());
    };
    assert_eq!(request.expires_at, at(2 * SECOND));
}

#[test]
fn a_timer_of_the_past_changes_nothing() {
    let mut scene = Scene::placed();
    let old = scene.instance.deadline().expect("a timer runs").generation;
    scene.hears(voices::reserved);
    let before = scene.instance.clone();
    for generation in [0, old, old + 7] {
        assert!(scene.takes(Input::DeadlinePassed { generation }).is_empty());
        assert_eq!(scene.instance, before);
    }
}

#[test]
fn nothing_is_waited_for_with_a_timer_once_an_agent_has_it() {
    for scene in [Scene::assigned(), Scene::dispatched()] {
        assert_eq!(scene.instance.deadline(), None);
        assert!(scene.instance.is_live());
    }
}

#[test]
fn a_compensation_is_repeated_with_growing_pauses_until_an_operator_is_called() {
    let mut scene = Scene::reserved();
    scene.hears(voices::declined);
    let asked = scene.last_reference();
    let mut pauses = vec![scene.waits().as_secs()];
    while scene.time_is_up() == ["ReleaseStock"] {
        assert_eq!(scene.last_reference(), asked);
        pauses.push(scene.waits().as_secs());
    }
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
    assert_eq!(scene.instance.state(), State::NeedsAttention);
    assert_eq!(
        scene.instance.attention(),
        Some(Attention::CompensationUnanswered)
    );
    assert_eq!(scene.instance.deadline(), None);
    assert_eq!(scene.status(), OrderStatus::Cancelling);
    assert_eq!(scene.instance.settled(), None);
}

#[test]
fn an_answer_that_comes_when_an_operator_has_been_called_is_still_taken() {
    let mut scene = Scene::reserved();
    scene.hears(voices::declined);
    while !scene.time_is_up().is_empty() {}
    scene.hears(voices::released);
    assert_eq!(scene.instance.state(), State::Compensated);
    assert_eq!(scene.status(), OrderStatus::Cancelled);
}
