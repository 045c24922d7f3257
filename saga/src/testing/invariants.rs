//! What must hold of one order: always, and when nothing is left to happen.

use shared_events::OrderStatus;

use crate::order::{Instance, OrderFacts, Settled, State, StepState, definition};

/// What the participants hold for one order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Holdings {
    /// Units set aside.
    pub reserved: u32,
    /// Units sold.
    pub sold: u32,
    /// Money ever taken, in minor units.
    pub captured: i64,
    /// Money ever given back, in minor units.
    pub refunded: i64,
    /// Whether a payment is open, so that money may still be taken without another command.
    pub payable: bool,
    /// Where the parcel is.
    pub parcel: Parcel,
}

/// Where a parcel is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Parcel {
    /// Nobody brings it.
    #[default]
    None,
    /// Somebody will fetch it, or is being looked for.
    Expected,
    /// An agent has it.
    OnTheWay,
    /// The shopper has it.
    Delivered,
    /// It came back from the doorstep.
    CameBack,
}

/// An invariant that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Breach {
    #[error("a status has moved in a way that is not allowed")]
    StatusMoved,
    #[error("an input that was turned down has changed the instance")]
    RefusalChangedSomething,
    #[error("a repeated reply has changed the instance")]
    RepetitionChangedSomething,
    #[error("a timer of the past has changed the instance")]
    StaleTimerChangedSomething,
    #[error("a saga that can get on by itself has no timer, or one that cannot has one")]
    TimerMissing,
    #[error("more was taken than the order costs")]
    CapturedTwice,
    #[error("more was given back than was taken")]
    RefundedTooMuch,
    #[error("more units are held than were ordered")]
    HeldTwice,
    #[error("the order is cancelled and stock is still set aside or sold")]
    StockHeldByCancelledOrder,
    #[error("the order is cancelled and somebody still brings it")]
    ParcelOfCancelledOrder,
    #[error("the parcel is with the shopper or on its way, and money or stock has gone back")]
    GivenAway,
    #[error("the order is cancelled and its money has not gone back")]
    MoneyOfCancelledOrder,
    #[error("the order is cancelled and can still be paid")]
    PayableCancelledOrder,
    #[error("the order is delivered and not paid")]
    UnpaidDelivery,
    #[error("the order is delivered and its stock is not sold")]
    UnsoldDelivery,
    #[error("nothing is left to happen and the saga has neither ended nor called an operator")]
    Stuck,
    #[error("a failed delivery holds other stock or money than before it was attempted")]
    FailedDeliveryHoldsOther,
}

/// What holds in every state, whatever is on its way.
pub fn always(instance: &Instance, facts: &OrderFacts, held: &Holdings) -> Result<(), Breach> {
    let ordered = units(facts);
    let cancelled = instance.status() == OrderStatus::Cancelled;
    let with_agent = matches!(held.parcel, Parcel::OnTheWay | Parcel::Delivered);
    let returned = held.refunded > 0 || held.reserved + held.sold == 0;
    check(held.captured <= facts.total.minor(), Breach::CapturedTwice)?;
    check(held.refunded <= held.captured, Breach::RefundedTooMuch)?;
    check(held.reserved + held.sold <= ordered, Breach::HeldTwice)?;
    let kept = kept_by_operator(instance);
    check(
        !cancelled || kept || held.reserved + held.sold == 0,
        Breach::StockHeldByCancelledOrder,
    )?;
    check(
        !cancelled || matches!(held.parcel, Parcel::None),
        Breach::ParcelOfCancelledOrder,
    )?;
    check(!cancelled || !held.payable, Breach::PayableCancelledOrder)?;
    check(!with_agent || !returned, Breach::GivenAway)
}

/// What holds when no message is on its way, no timer runs, and no participant stirs.
pub fn at_rest(instance: &Instance, facts: &OrderFacts, held: &Holdings) -> Result<(), Breach> {
    match (instance.state(), instance.status()) {
        (State::Completed, _) => {
            let paid = held.captured - held.refunded == facts.total.minor();
            check(paid, Breach::UnpaidDelivery)?;
            check(held.sold == units(facts), Breach::UnsoldDelivery)?;
            check(held.parcel == Parcel::Delivered, Breach::UnsoldDelivery)
        }
        (State::Compensated, _) => {
            check(
                held.captured == held.refunded,
                Breach::MoneyOfCancelledOrder,
            )?;
            let told = matches!(instance.settled(), Some(Settled::Failed { .. }));
            check(told, Breach::Stuck)
        }
        (State::NeedsAttention, OrderStatus::DeliveryFailed) => {
            let untouched = held.refunded == 0 && held.reserved + held.sold == units(facts);
            check(untouched, Breach::FailedDeliveryHoldsOther)
        }
        (State::NeedsAttention, _) => Ok(()),
        (State::Running | State::Compensating, _) => Err(Breach::Stuck),
    }
}

/// Whether the shopper may see an order go from one status to the other. Only a new attempt leads out of
/// `DELIVERY_FAILED`, and only the participant's word out of `CANCELLING`.
pub fn may_become(from: OrderStatus, to: OrderStatus) -> bool {
    use OrderStatus::{
        Cancelled, Cancelling, Confirmed, Delivered, DeliveryFailed, OutForDelivery, Placed,
    };
    matches!(
        (from, to),
        (Placed, Confirmed | Cancelling | Cancelled)
            | (Confirmed, OutForDelivery | Cancelling)
            | (OutForDelivery, Delivered | DeliveryFailed)
            | (
                DeliveryFailed,
                OutForDelivery | Delivered | Cancelling | Cancelled
            )
            | (Cancelling, Cancelled | OutForDelivery)
    )
}

fn check(holds: bool, breach: Breach) -> Result<(), Breach> {
    holds.then_some(()).ok_or(breach)
}

fn units(facts: &OrderFacts) -> u32 {
    facts.lines.iter().map(|line| line.quantity.get()).sum()
}

fn kept_by_operator(instance: &Instance) -> bool {
    instance.steps().any(|(name, record)| {
        name == definition::RESERVE_STOCK && record.state == StepState::Skipped
    })
}
