//! What comes by message: the saga's commands, and cash at the door.

use shared_events::{
    AnyMessage, DeliveryCompleted, Money, PaymentMethod, RefundPayment, RequestPayment, reasons,
};

use super::answers::{Ask, Outcome};
use super::turn::Turn;
use super::{Bill, Charge, Phase, Standing, State};

/// What cash is called where a gateway would have a reference.
const CASH: &str = "cash";

/// A message that cannot be true of this payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// Less than nothing is to be paid.
    #[error("an amount below zero cannot be paid")]
    NegativeAmount,
    /// Cash came for an order that nobody has asked to be paid: perhaps it will be.
    #[error("cash was collected for an order that nobody has asked to be paid")]
    NotAskedFor,
    /// Cash came for an order that is paid in another way.
    #[error("cash was collected for an order that is not paid in cash")]
    NotCash,
    /// Cash came in another currency than the bill's.
    #[error("the cash is not of the currency of the bill")]
    OtherCurrency,
}

/// Whether a message can be true of this payment. [`obey`] ignores what cannot.
///
/// # Errors
/// What speaks against it.
pub fn check(state: &State, message: &AnyMessage) -> Result<(), Contradiction> {
    match message {
        AnyMessage::RequestPayment(command) if command.amount.is_negative() => {
            Err(Contradiction::NegativeAmount)
        }
        AnyMessage::DeliveryCompleted(event) => match event.collected {
            Some(collected) => check_cash(state, collected),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn check_cash(state: &State, collected: Money) -> Result<(), Contradiction> {
    if collected.is_negative() {
        return Err(Contradiction::NegativeAmount);
    }
    let Some(bill) = &state.bill else {
        return Err(Contradiction::NotAskedFor);
    };
    if bill.method != PaymentMethod::Cod {
        return Err(Contradiction::NotCash);
    }
    if bill.amount.currency() != collected.currency() {
        return Err(Contradiction::OtherCurrency);
    }
    Ok(())
}

/// The next state of an order's payment after a message, and what is answered. Messages that are none of a payment's
/// business change nothing. `methods` are the ways to pay that there are.
#[must_use]
pub fn obey(
    state: &State,
    message: &AnyMessage,
    methods: &[PaymentMethod],
) -> (State, Vec<AnyMessage>) {
    if check(state, message).is_err() {
        return (state.clone(), vec![]);
    }
    match message {
        AnyMessage::RequestPayment(command) => request(state, command, methods),
        AnyMessage::RefundPayment(command) => close(state, command),
        AnyMessage::DeliveryCompleted(event) => deliver(state, event),
        _ => (state.clone(), vec![]),
    }
}

/// Sees to it that the order is paid for, unless its payment was closed before.
fn request(
    state: &State,
    command: &RequestPayment,
    methods: &[PaymentMethod],
) -> (State, Vec<AnyMessage>) {
    let mut turn = Turn::of(state, command.order_id);
    let ask = Ask::payment(&command.saga);
    if turn.repeats(&ask) {
        return turn.end();
    }
    let refused = Outcome::Failed {
        reason: reasons::ALREADY_COMPENSATED.to_owned(),
    };
    match state.phase {
        Phase::Unheard => open(&mut turn, command, methods),
        // Another attempt of the saga is another try, unless money of the last one came too late or may still come.
        Phase::Failed if state.sums.captured == 0 && !state.course.charge.is_doubted => {
            open(&mut turn, command, methods);
        }
        Phase::Open => turn.wait(ask),
        Phase::Authorized => turn.answer(ask, Outcome::Authorized),
        Phase::Captured => turn.answer(ask, Outcome::Completed),
        Phase::Failed | Phase::Closing | Phase::Closed => turn.answer(ask, refused),
    }
    turn.end()
}

fn open(turn: &mut Turn, command: &RequestPayment, methods: &[PaymentMethod]) {
    turn.next.bill = Some(Bill {
        order_id: command.order_id,
        user_id: command.user_id,
        amount: command.amount,
        method: command.method,
        expires_at: command.expires_at,
    });
    let ask = Ask::payment(&command.saga);
    if !methods.contains(&command.method) {
        turn.wait(ask);
        return turn.fail(reasons::GATEWAY_UNAVAILABLE);
    }
    if command.method == PaymentMethod::Cod {
        turn.next.phase = Phase::Authorized;
        return turn.answer(ask, Outcome::Authorized);
    }
    turn.next.phase = Phase::Open;
    turn.next.course.charge = Charge {
        attempt: turn.next.course.charge.attempt + 1,
        standing: Standing::Wanted,
        is_final: command.payment_token.is_some(),
        ..Charge::default()
    };
    turn.wait(ask);
}

/// Takes nothing any more and gives back what was taken.
fn close(state: &State, command: &RefundPayment) -> (State, Vec<AnyMessage>) {
    let mut turn = Turn::of(state, command.order_id);
    let ask = Ask::refund(&command.saga);
    if turn.repeats(&ask) {
        return turn.end();
    }
    if state.phase == Phase::Closed {
        turn.answer(ask, state.given_back());
        return turn.end();
    }
    // Who waited for the payment has turned round.
    turn.next.course.asks.retain(|ask| !ask.is_for_payment());
    turn.next.phase = Phase::Closing;
    turn.wait(ask);
    turn.wind_up();
    turn.end()
}

/// Cash was taken at the door, once. If the payment was closed before, it goes back.
fn deliver(state: &State, event: &DeliveryCompleted) -> (State, Vec<AnyMessage>) {
    let mut turn = Turn::of(state, event.order_id);
    match event.collected {
        Some(collected) if !collected.is_zero() => collect(&mut turn, collected),
        Some(_) | None => {}
    }
    turn.end()
}

/// Takes cash in, once, as much as it was: a fact. What is more than the bill goes back, after the end all of it. What is less
/// stays owed until somebody books the rest (`by_hand::capture`).
pub(super) fn collect(turn: &mut Turn, collected: Money) {
    if turn.next.course.charge.standing == Standing::Captured {
        return;
    }
    turn.next.course.charge.standing = Standing::Captured;
    turn.next.course.charge.reference = Some(CASH.to_owned());
    turn.next.sums.captured = collected.minor();
    if turn.next.phase == Phase::Authorized {
        turn.next.phase = Phase::Captured;
    }
    turn.say_completed(None);
    turn.give_back_surplus();
    turn.wind_up();
}
