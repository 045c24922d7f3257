//! One order saga that runs: the engine's instance and what it means for the order.

use serde::{Deserialize, Serialize};
use shared_events::{CancelledBy, Money, OrderStatus, SagaId, reasons};

use super::definition;
use crate::engine::{self, Attention, Deadline, State, StepRecord};

/// Everything that has to be remembered of one order saga, but for [`super::OrderFacts`]. Made to be kept as JSON in a
/// column; it changes only through [`super::decide`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    pub(crate) saga: engine::Instance,
    pub(crate) status: OrderStatus,
    /// Somebody has been found to deliver: the checkout has settled well, whatever comes later.
    #[serde(default)]
    pub(crate) delivery_found: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cancellation: Option<Cancellation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refunded: Option<Money>,
}

/// Why an order is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// Who wanted it.
    pub by: CancelledBy,
    /// Why.
    pub code: FailureCode,
}

/// How a checkout has settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settled {
    /// Stock reserved, paid, somebody found to deliver.
    Confirmed,
    /// The order is cancelled, and everything is undone.
    Failed { code: FailureCode },
}

/// Why an order failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FailureCode {
    /// Too little of at least one product.
    OutOfStock,
    /// Product-service did not answer in time.
    ReservationExpired,
    /// The payment was refused for good.
    PaymentDeclined,
    /// The payment did not come in time.
    PaymentExpired,
    /// Nobody could be found to deliver.
    NoDeliveryAgent,
    /// The shopper changed their mind.
    CancelledByCustomer,
    /// An admin took it back.
    CancelledByAdmin,
}

impl FailureCode {
    /// The code as problems and events carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutOfStock => reasons::OUT_OF_STOCK,
            Self::ReservationExpired => "RESERVATION_EXPIRED",
            Self::PaymentDeclined => reasons::PAYMENT_DECLINED,
            Self::PaymentExpired => reasons::PAYMENT_EXPIRED,
            Self::NoDeliveryAgent => reasons::NO_DELIVERY_AGENT,
            Self::CancelledByCustomer => reasons::CANCELLED_BY_CUSTOMER,
            Self::CancelledByAdmin => reasons::CANCELLED_BY_ADMIN,
        }
    }

    /// Why a step failed, from the reason of the answer; `None` where its deadline passed.
    pub(crate) fn of_step(step: &str, reason: Option<&str>) -> Self {
        match (step, reason) {
            (definition::RESERVE_STOCK, Some(_)) => Self::OutOfStock,
            (definition::RESERVE_STOCK, None) => Self::ReservationExpired,
            (definition::PAYMENT, None | Some(reasons::EXPIRED)) => Self::PaymentExpired,
            (definition::PAYMENT, Some(_)) => Self::PaymentDeclined,
            _ => Self::NoDeliveryAgent,
        }
    }
}

impl Instance {
    /// Name of its definition.
    pub fn definition(&self) -> &str {
        self.saga.definition()
    }

    /// Version of the definition that it began with and finishes under.
    pub fn definition_version(&self) -> u32 {
        self.saga.version()
    }

    /// Fingerprint of that version's shape when it began.
    pub fn fingerprint(&self) -> &str {
        self.saga.fingerprint()
    }

    /// The saga's identity; its value is that of the order.
    pub fn saga_id(&self) -> SagaId {
        self.saga.saga_id()
    }

    /// Where the saga stands.
    pub fn state(&self) -> State {
        self.saga.state()
    }

    /// Where the order stands, as the shopper sees it.
    pub fn status(&self) -> OrderStatus {
        self.status
    }

    /// Name of the step that is waited for, forwards or backwards; `None` when the saga has ended.
    pub fn current_step(&self) -> Option<&'static str> {
        let definition = definition::version(self.saga.version())?;
        let step = definition.steps.get(self.saga.current()?)?;
        Some(step.name)
    }

    /// The attempt of that step.
    pub fn current_attempt(&self) -> Option<u32> {
        let current = self.saga.current()?;
        self.saga.steps().get(current).map(|record| record.attempt)
    }

    /// How the checkout has settled, if it has: it stays settled, but a confirmed order may be cancelled later.
    pub fn settled(&self) -> Option<Settled> {
        match (self.status, self.cancellation) {
            (OrderStatus::Cancelled, Some(Cancellation { code, .. })) => {
                Some(Settled::Failed { code })
            }
            _ => self.delivery_found.then_some(Settled::Confirmed),
        }
    }

    /// Whether the saga is still at work or waits for an operator.
    pub fn is_live(&self) -> bool {
        !matches!(self.state(), State::Completed | State::Compensated)
    }

    /// Whether the customer can still cancel.
    pub fn can_be_cancelled(&self) -> bool {
        matches!(self.state(), State::Running) && !self.saga.pivot_passed()
    }

    /// Why it waits for an operator, if it does.
    pub fn attention(&self) -> Option<Attention> {
        self.saga.attention()
    }

    /// Why and by whom the order is undone, if it is.
    pub fn cancellation(&self) -> Option<Cancellation> {
        self.cancellation
    }

    /// What has gone back to the shopper so far.
    pub fn refunded(&self) -> Option<Money> {
        self.refunded
    }

    /// The one timer it waits for; when it goes off it comes back as [`super::Input::DeadlinePassed`].
    pub fn deadline(&self) -> Option<Deadline> {
        self.saga.deadline()
    }

    /// Its steps with their names, in order.
    pub fn steps(&self) -> impl Iterator<Item = (&'static str, &StepRecord)> {
        definition::version(self.saga.version())
            .into_iter()
            .flat_map(|definition| definition.steps)
            .map(|step| step.name)
            .zip(self.saga.steps())
    }
}
