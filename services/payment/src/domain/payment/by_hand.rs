//! What people do to a payment over REST. None of it goes round the saga that owns the payment.

use shared_events::{AnyMessage, Money, RefundId};

use super::commands::collect;
use super::turn::Turn;
use super::{Phase, Standing, State, refund_of};

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody has asked for such a payment.
    #[error("there is no such payment")]
    Unheard,
    /// The money has been taken or promised.
    #[error("the order is paid")]
    Paid,
    /// It has failed or was closed.
    #[error("the payment is over")]
    Over,
    /// The saga of the order is deciding about it.
    #[error("the order's saga has the payment in hand")]
    OwnedBySaga,
    /// There is nothing to take: the gateway takes it by itself.
    #[error("there is nothing to capture")]
    NothingToCapture,
    /// More than is left of what was taken.
    #[error("{available} is left of what was taken")]
    TooMuch {
        /// What is left.
        available: Money,
    },
    /// It is in another currency.
    #[error("the payment is in another currency")]
    OtherCurrency,
}

/// The shopper tries again after a decline that was not final. While the gateway is at a try, that one goes on.
///
/// # Errors
/// If there is nothing to try.
pub fn retry(state: &State) -> Result<State, Refusal> {
    match state.phase {
        Phase::Unheard => Err(Refusal::Unheard),
        Phase::Authorized | Phase::Captured => Err(Refusal::Paid),
        Phase::Failed | Phase::Closing | Phase::Closed => Err(Refusal::Over),
        Phase::Open => {
            let mut next = state.clone();
            let charge = &mut next.course.charge;
            if charge.standing == Standing::Declined {
                charge.attempt += 1;
                charge.standing = Standing::Wanted;
                charge.is_final = false;
            }
            Ok(next)
        }
    }
}

/// Cash that was promised has come in another way than by the delivery's word. Of cash that is in already, nothing changes.
///
/// # Errors
/// If no cash was promised.
pub fn capture(state: &State) -> Result<(State, Vec<AnyMessage>), Refusal> {
    match (state.phase, &state.bill) {
        (Phase::Authorized, Some(bill)) => {
            let mut turn = Turn::of(state, bill.order_id);
            collect(&mut turn, bill.amount);
            Ok(turn.end())
        }
        // Less was collected than was due, and the rest has come.
        (Phase::Captured, Some(bill)) if state.shortfall() > 0 => {
            let mut next = state.clone();
            next.sums.captured = bill.amount.minor();
            Ok((next, vec![]))
        }
        (Phase::Captured, _) => Err(Refusal::Paid),
        (Phase::Unheard | Phase::Authorized, _) => Err(Refusal::Unheard),
        (Phase::Open, _) => Err(Refusal::NothingToCapture),
        (Phase::Failed | Phase::Closing | Phase::Closed, _) => Err(Refusal::Over),
    }
}

/// Part of what was taken goes back, or all that is left.
///
/// # Errors
/// If nothing was taken, not enough of it is left, or the saga is closing the payment.
pub fn refund(state: &State, amount: Money) -> Result<(State, RefundId), Refusal> {
    match state.phase {
        Phase::Unheard => return Err(Refusal::Unheard),
        Phase::Open | Phase::Authorized | Phase::Closing => return Err(Refusal::OwnedBySaga),
        Phase::Failed | Phase::Closed => return Err(Refusal::Over),
        Phase::Captured => {}
    }
    let bill = state.bill.as_ref().ok_or(Refusal::Unheard)?;
    if bill.amount.currency() != amount.currency() {
        return Err(Refusal::OtherCurrency);
    }
    let available = state.money(state.remaining());
    if !(1..=available.minor()).contains(&amount.minor()) {
        return Err(Refusal::TooMuch { available });
    }
    let mut next = state.clone();
    let number = next.begin_refund(amount.minor(), true);
    Ok((next, refund_of(bill.order_id, number)))
}
