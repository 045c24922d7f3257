//! Whatever anybody asks for and whatever the gateway says: never more goes back than was taken; and cash of any amount is booked
//! as it was, with what is too much on its way back.

use proptest::prelude::*;
use shared_events::{
    DeliveryCompleted, DeliveryId, RefundPayment, RequestPayment, SagaId, SagaRef, reasons,
};

use super::*;

const DUE: i64 = 49_900;
const NOW: Timestamp = Timestamp::from_micros(1);

fn money(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

fn order() -> OrderId {
    OrderId::from_uuid(Uuid::from_u128(7))
}

fn saga(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(Uuid::nil()),
        step: "payment".to_owned(),
        attempt,
    }
}

fn requested(method: PaymentMethod) -> State {
    let request = RequestPayment {
        order_id: order(),
        user_id: None,
        amount: money(DUE),
        method,
        payment_token: None,
        expires_at: Timestamp::from_micros(1_000),
        saga: saga(1),
    };
    obey(&State::default(), &request.into(), &[method]).0
}

fn paid() -> State {
    let state = requested(PaymentMethod::Stripe);
    let reference = "pi_1".to_owned();
    let captured = Finding::Captured { reference };
    heard(&state, Task::Charge(1), &captured).0
}

fn collected(amount: i64) -> State {
    let delivered = DeliveryCompleted {
        delivery_id: DeliveryId::from_uuid(Uuid::nil()),
        order_id: order(),
        delivered_at: NOW,
        collected: Some(money(amount)),
    };
    let state = requested(PaymentMethod::Cod);
    obey(&state, &delivered.into(), &[PaymentMethod::Cod]).0
}

/// What the gateway says to a refund that it is asked for.
fn word() -> impl Strategy<Value = Finding> {
    prop_oneof![
        3 => Just(Finding::Refunded),
        1 => Just(Finding::Refused),
        1 => Just(Finding::Silent),
        1 => Just(Finding::Waiting { next_action: None }),
    ]
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 1..=DUE, 1 => any::<i64>(), 1 => Just(DUE), 1 => Just(0)]
}

/// All refunds are made that there are.
fn come_to_rest(mut state: State) -> State {
    while let Some(task @ Task::Refund { .. }) = task(&state, NOW) {
        state = heard(&state, task, &Finding::Refunded).0;
    }
    state
}

proptest! {
    #[test]
    fn never_more_goes_back_than_was_taken(
        wishes in prop::collection::vec((amount(), prop::option::of(word())), 1..40),
        is_closed in any::<bool>(),
    ) {
        let mut state = paid();
        for (amount, word) in wishes {
            let left = state.remaining();
            match refund(&state, money(amount)) {
                Ok((next, _)) => {
                    prop_assert!((1..=left).contains(&amount));
                    state = next;
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, Refusal::TooMuch { available: money(left) });
                    prop_assert!(!(1..=left).contains(&amount));
                }
            }
            if let (Some(task @ Task::Refund { .. }), Some(word)) = (task(&state, NOW), word) {
                state = heard(&state, task, &word).0;
            }
            prop_assert!((0..=DUE).contains(&state.sums().refunded));
            prop_assert!(state.remaining() >= 0);
        }
        if is_closed {
            let close = RefundPayment { order_id: order(), reason: reasons::CANCELLED_BY_ADMIN.to_owned(), saga: saga(2) };
            state = obey(&state, &close.into(), &[]).0;
        }
        let sums = come_to_rest(state).sums();
        prop_assert!(sums.by_hand <= sums.refunded && sums.refunded <= sums.captured);
        prop_assert!(!is_closed || sums.refunded == DUE);
    }

    #[test]
    fn cash_is_booked_as_it_was_and_what_is_too_much_goes_back(amount in 1..=3 * DUE) {
        let state = collected(amount);
        prop_assert_eq!(state.sums().captured, amount);
        prop_assert_eq!(state.shortfall(), (DUE - amount).max(0));
        let state = come_to_rest(state);
        prop_assert_eq!(state.phase(), Phase::Captured);
        prop_assert_eq!(state.sums().refunded, (amount - DUE).max(0));
        let booked = capture(&state);
        prop_assert_eq!(booked.is_ok(), amount < DUE, "only what is owed is booked");
        let state = booked.map_or(state, |(next, _)| next);
        let sums = state.sums();
        prop_assert_eq!(sums.captured - sums.refunded, DUE);
        prop_assert_eq!((state.shortfall(), sums.by_hand), (0, 0));
    }
}

#[test]
fn what_the_gateway_could_not_keep_from_being_paid_is_looked_up_after_the_end() {
    let state = requested(PaymentMethod::Razorpay);
    let close = RefundPayment {
        order_id: order(),
        reason: reasons::CANCELLED_BY_ADMIN.to_owned(),
        saga: saga(2),
    };
    let (state, _) = obey(&state, &close.into(), &[]);
    assert_eq!(task(&state, NOW), Some(Task::Cancel(1)));
    let (state, said) = heard(&state, Task::Cancel(1), &Finding::GivenUp);
    assert_eq!((state.phase(), said.len()), (Phase::Closed, 1));
    assert_eq!(task(&state, NOW), Some(Task::LookUp(1)));
    let (over, said) = heard(&state, Task::LookUp(1), &Finding::Void);
    assert_eq!((task(&over, NOW), said.len()), (None, 0));
    // The gateway tells of something after that.
    let told = told(&over);
    assert_eq!(task(&told, NOW), Some(Task::LookUp(1)));
    let reference = "pay_1".to_owned();
    let captured = Finding::Captured { reference };
    let (late, _) = heard(&told, Task::LookUp(1), &captured);
    assert_eq!(come_to_rest(late).sums().refunded, DUE);
}

#[test]
fn what_is_told_of_a_payment_that_goes_on_or_is_settled_changes_nothing() {
    for state in [
        State::default(),
        requested(PaymentMethod::Stripe),
        paid(),
        collected(DUE),
    ] {
        assert_eq!(told(&state), state);
    }
}
