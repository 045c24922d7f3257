//! The money of one order: what is to be paid, what was taken and given back, and how the commands of its saga are answered.
//!
//! Everything that happens to a payment is a pure function from one [`State`] to the next, and what is said of it. [`obey`]
//! handles whatever comes by message. [`task`] tells what is to be done at the gateway, [`heard`] takes the gateway's word
//! on it, [`lost`] that nobody knows whether it was asked. [`retry`], [`capture`] and [`refund`] are what people do over REST.
//!
//! The rules (`saga.md`): one payment per order; the first answer per command, step and attempt is kept and repeated; a
//! refund that comes first is a tombstone, after which nothing is taken any more; `RefundPayment` is answered when the
//! gateway has said that nothing can be taken any more and has given back what was; money that is found taken after the end
//! goes back by itself.

mod answers;
mod at_gateway;
mod by_hand;
mod commands;
mod turn;

use serde::{Deserialize, Serialize};
use shared_events::{
    Currency, Money, NextAction, OrderId, PaymentId, PaymentMethod, RefundId, Timestamp, UserId,
};
use uuid::Uuid;

pub use answers::{Answer, Ask, Asked, Outcome};
pub use at_gateway::{Finding, Task, heard, lost, task, told};
pub use by_hand::{Refusal, capture, refund, retry};
pub use commands::{Contradiction, check, obey};

/// Where a payment stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nobody has asked for it.
    #[default]
    Unheard,
    /// The gateway is to take the money.
    Open,
    /// Cash is promised.
    Authorized,
    /// The money was taken.
    Captured,
    /// Nothing was taken, and nothing will be.
    Failed,
    /// Nothing more is to be taken, and what was goes back: the gateway is at it.
    Closing,
    /// Nothing can be taken any more, perhaps before anything was asked for (a tombstone).
    Closed,
}

/// What is to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bill {
    /// For what.
    pub order_id: OrderId,
    /// By whom; none for a guest.
    pub user_id: Option<UserId>,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// When to give up.
    pub expires_at: Timestamp,
}

/// How far the gateway has come with taking the money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// It was never asked.
    #[default]
    None,
    /// It is to be asked, or has been asked and has not answered.
    Wanted,
    /// It is at it, or waits for the shopper.
    Waiting,
    /// It took nothing; the shopper may try again.
    Declined,
    /// It has the money.
    Captured,
    /// It cannot take it any more.
    Void,
}

/// The try to take the money that counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    /// Which try: part of the gateway's idempotency key, raised only after a definite no.
    pub attempt: u32,
    /// How far it has come.
    pub standing: Standing,
    /// What the gateway calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What the shopper has to do while the gateway waits for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// Whether a no is final: it was tried with what the shopper gave at checkout.
    pub is_final: bool,
    /// Whether an answer has once been missing: then the gateway is asked again after the end.
    pub is_doubted: bool,
}

impl Charge {
    /// Whether the gateway may still take the money.
    fn is_unsettled(&self) -> bool {
        matches!(self.standing, Standing::Wanted | Standing::Waiting)
    }
}

/// Money that is to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// Which one of this payment: part of its id and of the gateway's idempotency key.
    pub number: u32,
    /// How much, in minor units.
    pub amount: i64,
    /// Whether somebody wanted it over REST.
    pub by_hand: bool,
}

/// Money that has moved, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Sums {
    /// Taken.
    pub captured: i64,
    /// Given back.
    pub refunded: i64,
    /// As much of that because somebody wanted it over REST.
    pub by_hand: i64,
}

/// What only the payment itself needs to know of its course.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    charge: Charge,
    /// What is to go back and has not yet, in order.
    refunds: Vec<Refund>,
    /// The highest number of a refund.
    refunds_begun: u32,
    /// The last refund that the payment has made by itself; 0: none.
    returned: u32,
    /// Whether `PaymentInitiated` has been said.
    is_announced: bool,
    /// Commands that have no answer yet.
    asks: Vec<Ask>,
    answers: Vec<Answer>,
}

/// The payment of one order; by default that of an order nobody has heard of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct State {
    phase: Phase,
    bill: Option<Bill>,
    sums: Sums,
    course: Course,
}

impl State {
    /// The payment as it was stored.
    #[must_use]
    pub fn stored(phase: Phase, bill: Option<Bill>, sums: Sums, course: Course) -> Self {
        Self {
            phase,
            bill,
            sums,
            course,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What is to be paid; none for a tombstone.
    #[must_use]
    pub fn bill(&self) -> Option<&Bill> {
        self.bill.as_ref()
    }

    /// What has moved.
    #[must_use]
    pub fn sums(&self) -> Sums {
        self.sums
    }

    /// What else there is to keep.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// The try to take the money that counts.
    #[must_use]
    pub fn charge(&self) -> &Charge {
        &self.course.charge
    }

    /// What is to go back and has not yet.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.course.refunds
    }

    /// Whether money may still be taken without another command.
    #[must_use]
    pub fn is_payable(&self) -> bool {
        match self.phase {
            Phase::Open | Phase::Authorized => true,
            Phase::Closing => self.course.charge.is_unsettled(),
            Phase::Unheard | Phase::Captured | Phase::Failed | Phase::Closed => false,
        }
    }

    /// Whether something is still to come of it: it is payable, or money is on its way back.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.is_payable() || self.phase == Phase::Closing || !self.course.refunds.is_empty()
    }

    /// What is left of the money taken when everything has gone back that is to go back, in minor units.
    #[must_use]
    pub fn remaining(&self) -> i64 {
        let queued: i64 = self.course.refunds.iter().map(|refund| refund.amount).sum();
        self.sums.captured - self.sums.refunded - queued
    }

    /// How much less was taken than the bill says, of a payment that counts as paid, in minor units.
    #[must_use]
    pub fn shortfall(&self) -> i64 {
        match (self.phase, &self.bill) {
            (Phase::Captured, Some(bill)) => (bill.amount.minor() - self.sums.captured).max(0),
            _ => 0,
        }
    }

    fn currency(&self) -> Currency {
        let of_bill = self.bill.as_ref().map(|bill| bill.amount.currency());
        of_bill.unwrap_or_default()
    }

    fn money(&self, minor: i64) -> Money {
        Money::from_minor(minor, self.currency())
    }
}

/// The payment of an order. An order has at most one, so it needs no name of its own.
#[must_use]
pub fn of_order(order: OrderId) -> PaymentId {
    PaymentId::from_uuid(order.as_uuid())
}

/// The order of a payment.
#[must_use]
pub fn order_of(payment: PaymentId) -> OrderId {
    OrderId::from_uuid(payment.as_uuid())
}

/// The refund of this number of an order's payment.
#[must_use]
pub fn refund_of(order: OrderId, number: u32) -> RefundId {
    let order = order.as_uuid().as_u128();
    RefundId::from_uuid(Uuid::from_u128(order.wrapping_add(u128::from(number))))
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod money_laws;
#[cfg(test)]
mod tests;
