//! The course of single payments, told step by step.

use std::time::Duration;

use shared_events::{AnyMessage, PaymentCompleted};
use shared_events::{
    DeliveryCompleted, DeliveryId, PaymentFailed, PaymentToken, RefundPayment, RefundProcessed,
    RequestPayment, SagaId, SagaRef, reasons,
};

use super::*;

const ALL: &[PaymentMethod] = &[PaymentMethod::Cod, PaymentMethod::Dummy];
const NOW: Timestamp = Timestamp::from_micros(0);
const LATER: Timestamp = Timestamp::from_micros(60_000_000);
const PRICE: Money = Money::from_minor(49_900, Currency::INR);

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

fn request(attempt: u32) -> RequestPayment {
    RequestPayment {
        order_id: order(),
        user_id: None,
        amount: PRICE,
        method: PaymentMethod::Dummy,
        payment_token: Some(PaymentToken::new("tok")),
        expires_at: NOW + Duration::from_secs(55),
        saga: saga(attempt),
    }
}

fn on_page() -> RequestPayment {
    RequestPayment {
        payment_token: None,
        ..request(1)
    }
}

fn in_cash() -> RequestPayment {
    RequestPayment {
        method: PaymentMethod::Cod,
        ..request(1)
    }
}

fn close(attempt: u32) -> RefundPayment {
    RefundPayment {
        order_id: order(),
        reason: reasons::CANCELLED_BY_CUSTOMER.to_owned(),
        saga: saga(attempt),
    }
}

fn delivered(collected: Option<Money>) -> DeliveryCompleted {
    DeliveryCompleted {
        delivery_id: DeliveryId::from_uuid(Uuid::nil()),
        order_id: order(),
        delivered_at: NOW,
        collected,
    }
}

/// A payment on its way.
#[derive(Default)]
struct Course {
    state: State,
    said: Vec<AnyMessage>,
}

impl Course {
    fn after(messages: impl IntoIterator<Item = AnyMessage>) -> Self {
        let mut course = Self::default();
        messages
            .into_iter()
            .for_each(|message| course.tell(message));
        course
    }

    fn tell(&mut self, message: impl Into<AnyMessage>) {
        let (next, says) = obey(&self.state, &message.into(), ALL);
        self.state = next;
        self.said = says;
    }

    fn hear(&mut self, now: Timestamp, finding: Finding) {
        let task = task(&self.state, now).expect("the gateway is asked something");
        let (next, says) = heard(&self.state, task, &finding);
        self.state = next;
        self.said = says;
    }

    fn names(&self) -> Vec<&'static str> {
        self.said.iter().map(AnyMessage::name).collect()
    }

    fn failed(&self) -> &PaymentFailed {
        match self.said.last() {
            Some(AnyMessage::PaymentFailed(failed)) => failed,
            other => panic!("expected a failure: {other:?}"),
        }
    }

    fn refunded(&self) -> &RefundProcessed {
        match self.said.last() {
            Some(AnyMessage::RefundProcessed(refunded)) => refunded,
            other => panic!("expected a refund: {other:?}"),
        }
    }

    fn completed(&self) -> &PaymentCompleted {
        match self.said.last() {
            Some(AnyMessage::PaymentCompleted(completed)) => completed,
            other => panic!("expected a completion: {other:?}"),
        }
    }
}

fn captured() -> Finding {
    Finding::Captured {
        reference: "g-1".to_owned(),
    }
}

fn declined() -> Finding {
    Finding::Declined {
        reason: reasons::DECLINED.to_owned(),
    }
}

fn waiting() -> Finding {
    Finding::Waiting { next_action: None }
}

#[test]
fn gateway_takes_the_money() {
    let mut course = Course::after([request(1).into()]);
    assert!(course.said.is_empty());
    assert_eq!(task(&course.state, NOW), Some(Task::Charge(1)));
    course.hear(NOW, captured());
    assert_eq!(course.names(), ["PaymentInitiated", "PaymentCompleted"]);
    assert_eq!(course.completed().saga, Some(saga(1)));
    assert_eq!(course.state.phase(), Phase::Captured);
    assert_eq!(task(&course.state, LATER), None);
}

#[test]
fn decline_of_a_token_given_at_checkout_is_final() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, declined());
    assert!(course.failed().is_final);
    assert_eq!(course.state.phase(), Phase::Failed);
}

#[test]
fn decline_on_a_page_is_not_final_and_the_shopper_tries_again_under_another_key() {
    let mut course = Course::after([on_page().into()]);
    course.hear(NOW, waiting());
    course.hear(NOW, declined());
    assert!(!course.failed().is_final);
    assert_eq!(task(&course.state, NOW), None);
    course.state = retry(&course.state).unwrap();
    assert_eq!(task(&course.state, NOW), Some(Task::Charge(2)));
    course.hear(NOW, captured());
    assert_eq!(course.names(), ["PaymentCompleted"]);
}

#[test]
fn decline_that_nobody_tries_again_after_expires() {
    let mut course = Course::after([on_page().into()]);
    course.hear(NOW, declined());
    course.hear(LATER, declined());
    assert_eq!(
        (course.failed().reason.as_str(), course.failed().is_final),
        (reasons::EXPIRED, true)
    );
}

#[test]
fn no_answer_keeps_the_key_and_expires_only_when_the_gateway_says_that_it_takes_nothing_any_more() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, Finding::Silent);
    assert_eq!(task(&course.state, NOW), Some(Task::Charge(1)));
    assert_eq!(task(&course.state, LATER), Some(Task::Cancel(1)));
    course.hear(LATER, Finding::Silent);
    assert!(course.said.is_empty());
    course.hear(LATER, Finding::Void);
    assert_eq!(course.failed().reason, reasons::EXPIRED);
}

#[test]
fn payment_that_was_taken_when_it_was_to_expire_is_completed() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, Finding::Silent);
    course.hear(LATER, captured());
    assert_eq!(course.completed().saga, Some(saga(1)));
}

#[test]
fn command_that_comes_again_gets_the_first_answer_again() {
    let mut course = Course::after([request(1).into()]);
    course.tell(request(1));
    assert!(course.said.is_empty());
    course.hear(NOW, captured());
    let first = course.completed().clone();
    course.tell(request(1));
    assert_eq!(course.said, [first.clone().into()]);
    course.tell(close(2));
    course.hear(NOW, Finding::Refunded);
    let refunded = course.refunded().clone();
    course.tell(request(1));
    assert_eq!(course.said, [first.into()]);
    course.tell(close(2));
    assert_eq!(course.said, [refunded.into()]);
}

#[test]
fn both_attempts_of_a_saga_are_answered_by_one_payment() {
    let mut course = Course::after([request(1).into(), request(2).into()]);
    course.hear(NOW, captured());
    let sagas: Vec<_> = course.said.iter().map(AnyMessage::saga_ref).collect();
    assert_eq!(sagas[1..], [Some(&saga(1)), Some(&saga(2))]);
    assert_eq!(course.state.sums().captured, PRICE.minor());
}

#[test]
fn another_attempt_after_a_failure_is_another_try() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, declined());
    course.tell(request(2));
    assert_eq!(task(&course.state, NOW), Some(Task::Charge(2)));
    course.hear(NOW, captured());
    assert_eq!(course.completed().saga, Some(saga(2)));
}

#[test]
fn refund_that_comes_first_is_a_tombstone() {
    let mut course = Course::after([close(2).into()]);
    assert!(course.refunded().amount.is_zero());
    course.tell(request(1));
    assert_eq!(course.failed().reason, reasons::ALREADY_COMPENSATED);
    assert!(course.failed().is_final);
    assert_eq!(task(&course.state, LATER), None);
    assert!(!course.state.is_live());
}

#[test]
fn refund_while_the_gateway_is_at_it_is_answered_when_nothing_can_be_taken_any_more() {
    let mut course = Course::after([request(1).into(), close(2).into()]);
    assert!(course.said.is_empty());
    assert_eq!(task(&course.state, NOW), Some(Task::Cancel(1)));
    course.hear(NOW, Finding::Void);
    assert!(course.refunded().amount.is_zero());
    assert_eq!(course.refunded().saga, Some(saga(2)));
    assert_eq!(course.state.phase(), Phase::Closed);
}

#[test]
fn refund_of_what_was_taken_meanwhile_gives_it_back_first() {
    let mut course = Course::after([request(1).into(), close(2).into()]);
    course.hear(NOW, captured());
    assert_eq!(course.completed().saga, None, "it answers no step any more");
    course.hear(NOW, Finding::Refunded);
    assert_eq!(course.names(), ["RefundProcessed"]);
    assert_eq!(course.refunded().amount, PRICE);
}

#[test]
fn every_attempt_of_a_refund_is_answered_with_the_same_refund() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, captured());
    course.tell(close(2));
    course.tell(close(3));
    course.hear(NOW, Finding::Refunded);
    let first = course.refunded().clone();
    assert_eq!(course.said.len(), 2);
    course.tell(close(4));
    let fourth = course.refunded();
    assert_eq!(
        (fourth.refund_id, fourth.amount),
        (first.refund_id, first.amount)
    );
}

#[test]
fn money_that_is_found_taken_after_the_end_goes_back_by_itself() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, Finding::Silent);
    course.tell(close(2));
    course.hear(NOW, Finding::Void);
    assert_eq!(course.state.phase(), Phase::Closed);
    assert_eq!(task(&course.state, LATER), Some(Task::LookUp(1)));
    course.hear(LATER, captured());
    assert!(course.state.is_live());
    course.hear(LATER, Finding::Refunded);
    assert_eq!(
        (course.refunded().amount, &course.refunded().saga),
        (PRICE, &None)
    );
    assert_eq!(task(&course.state, LATER), None);
    assert_eq!(course.state.sums().refunded, PRICE.minor());
}

#[test]
fn money_that_is_found_taken_after_a_failure_goes_back_by_itself() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, Finding::Silent);
    course.hear(LATER, Finding::Void);
    course.hear(LATER, captured());
    course.hear(LATER, Finding::Refunded);
    assert_eq!(course.refunded().amount, PRICE);
    assert_eq!(course.state.phase(), Phase::Failed);
    course.tell(close(2));
    assert_eq!(course.refunded().amount, PRICE);
    assert_eq!(course.state.phase(), Phase::Closed);
}

#[test]
fn charge_that_somebody_else_gave_up_while_it_was_under_way_is_looked_up_after_the_end() {
    let mut course = Course::after([request(1).into()]);
    course.hear(LATER, Finding::Void);
    assert_eq!(course.state.phase(), Phase::Failed);
    let (next, says) = heard(&course.state, Task::Charge(1), &Finding::Silent);
    assert!(says.is_empty());
    course.state = next;
    assert_eq!(task(&course.state, LATER), Some(Task::LookUp(1)));
    course.hear(LATER, captured());
    course.hear(LATER, Finding::Refunded);
    assert_eq!(course.refunded().amount, PRICE);
}

#[test]
fn gateway_that_owed_no_answer_is_not_asked_after_the_end() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, waiting());
    course.tell(close(2));
    course.hear(NOW, Finding::Void);
    assert_eq!(task(&course.state, LATER), None);
}

#[test]
fn process_that_died_at_a_charge_leaves_it_in_doubt() {
    let course = Course::after([request(1).into()]);
    assert!(lost(&course.state).charge().is_doubted);
    let untouched = Course::after([in_cash().into()]);
    assert_eq!(lost(&untouched.state), untouched.state);
}

#[test]
fn cash_is_promised_at_once_and_taken_at_the_door_once() {
    let mut course = Course::after([in_cash().into()]);
    assert_eq!(course.names(), ["PaymentAuthorized"]);
    assert_eq!(task(&course.state, LATER), None);
    course.tell(delivered(Some(PRICE)));
    assert_eq!(course.completed().saga, None);
    assert_eq!(course.state.phase(), Phase::Captured);
    course.tell(delivered(Some(PRICE)));
    assert!(course.said.is_empty());
    assert_eq!(course.state.sums().captured, PRICE.minor());
}

#[test]
fn refund_of_cash_that_was_never_collected_is_zero() {
    let mut course = Course::after([in_cash().into(), close(2).into()]);
    assert!(course.refunded().amount.is_zero());
    course.tell(delivered(Some(PRICE)));
    assert_eq!(course.names(), ["PaymentCompleted"]);
    course.hear(NOW, Finding::Refunded);
    assert_eq!(course.refunded().amount, PRICE);
}

#[test]
fn cash_that_cannot_be_true_is_told_apart() {
    let message = |collected| AnyMessage::from(delivered(Some(collected)));
    let unheard = State::default();
    assert_eq!(
        check(&unheard, &message(PRICE)),
        Err(Contradiction::NotAskedFor)
    );
    let online = Course::after([request(1).into()]).state;
    assert_eq!(check(&online, &message(PRICE)), Err(Contradiction::NotCash));
    assert_eq!(obey(&online, &message(PRICE), ALL), (online, vec![]));
    let cash = Course::after([in_cash().into()]).state;
    let dollars = Money::parse("1.00", "USD".parse().unwrap()).unwrap();
    assert_eq!(
        check(&cash, &message(dollars)),
        Err(Contradiction::OtherCurrency)
    );
    assert_eq!(check(&cash, &message(PRICE)), Ok(()));
    assert_eq!(check(&cash, &delivered(None).into()), Ok(()));
}

#[test]
fn method_that_the_shop_does_not_have_fails_for_good() {
    let command = request(1).into();
    let (state, says) = obey(&State::default(), &command, &[PaymentMethod::Cod]);
    assert_eq!(state.phase(), Phase::Failed);
    let [AnyMessage::PaymentFailed(failed)] = says.as_slice() else {
        panic!("{says:?}");
    };
    assert!(failed.is_final);
    assert_eq!(failed.reason, reasons::GATEWAY_UNAVAILABLE);
}

#[test]
fn refunds_by_hand_are_counted_apart_and_never_exceed_what_is_left() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, captured());
    let part = Money::from_minor(10_000, Currency::INR);
    let (next, id) = refund(&course.state, part).unwrap();
    course.state = next;
    let too_much = refund(&course.state, PRICE);
    let available = Money::from_minor(39_900, Currency::INR);
    assert_eq!(too_much, Err(Refusal::TooMuch { available }));
    course.hear(NOW, Finding::Refunded);
    assert_eq!(course.refunded().refund_id, id);
    assert_eq!(course.refunded().saga, None, "it answers no step");
    course.tell(close(2));
    course.hear(NOW, Finding::Refunded);
    assert_eq!(course.refunded().amount.minor(), 39_900);
    let Sums {
        captured,
        refunded,
        by_hand,
    } = course.state.sums();
    assert_eq!((captured, refunded, by_hand), (49_900, 49_900, 10_000));
}

#[test]
fn refund_by_hand_that_the_gateway_refuses_is_given_up_and_one_that_must_be_is_asked_for_anew() {
    let mut course = Course::after([request(1).into()]);
    course.hear(NOW, captured());
    let part = Money::from_minor(10_000, Currency::INR);
    course.state = refund(&course.state, part).unwrap().0;
    course.hear(NOW, Finding::Refused);
    assert_eq!(course.state.remaining(), PRICE.minor());
    course.tell(close(2));
    let first = task(&course.state, NOW);
    course.hear(NOW, Finding::Refused);
    let second = task(&course.state, NOW);
    assert!(first != second && second.is_some(), "another key");
    course.hear(NOW, Finding::Refunded);
    assert_eq!(course.refunded().amount, PRICE);
}

#[test]
fn nothing_by_hand_goes_round_the_saga() {
    let open = Course::after([request(1).into()]).state;
    assert_eq!(refund(&open, PRICE), Err(Refusal::OwnedBySaga));
    assert_eq!(capture(&open), Err(Refusal::NothingToCapture));
    let closing = Course::after([request(1).into(), close(2).into()]).state;
    assert_eq!(refund(&closing, PRICE), Err(Refusal::OwnedBySaga));
    assert_eq!(retry(&closing), Err(Refusal::Over));
    let unheard = State::default();
    assert_eq!(retry(&unheard), Err(Refusal::Unheard));
    assert_eq!(capture(&unheard), Err(Refusal::Unheard));
    assert_eq!(refund(&unheard, PRICE), Err(Refusal::Unheard));
    let promised = Course::after([in_cash().into()]).state;
    assert_eq!(refund(&promised, PRICE), Err(Refusal::OwnedBySaga));
    assert_eq!(retry(&promised), Err(Refusal::Paid));
    let (taken, says) = capture(&promised).unwrap();
    assert_eq!(says.len(), 1);
    assert_eq!(capture(&taken), Err(Refusal::Paid));
}

#[test]
fn order_that_costs_nothing_is_paid_and_closed_like_any_other() {
    let command = RequestPayment {
        amount: Money::zero(Currency::INR),
        ..request(1)
    };
    let mut course = Course::after([command.into()]);
    course.hear(NOW, captured());
    assert!(course.completed().amount.is_zero());
    course.tell(close(2));
    assert!(course.refunded().amount.is_zero());
    assert_eq!(course.state.phase(), Phase::Closed);
}

#[test]
fn refunds_of_a_payment_have_ids_of_their_own() {
    let id = |number| refund_of(order(), number);
    assert_ne!(id(0), id(1));
    assert_eq!(id(1), id(1));
    assert_eq!(order_of(of_order(order())), order());
}
