//! What callers are told when the store or the domain refuses.

use revcart_http_edge::Problem;
use shared_events::{DeliveryStatus, Money};

use crate::domain::delivery::NotAllowed;
use crate::domain::doorstep::Refusal;
use crate::store;

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
            store::Error::LoginTaken => {
                Self::conflict("LOGIN_TAKEN", "this login is an agent already")
            }
            store::Error::Changed => version_conflict(),
            store::Error::Overbooked => agent_not_free(),
            error @ store::Error::NothingInHand => Self::internal(&error),
        }
    }
}

impl From<NotAllowed> for Problem {
    fn from(refusal: NotAllowed) -> Self {
        let next: &[DeliveryStatus] = match refusal.from {
            Some(DeliveryStatus::Assigned) => &[DeliveryStatus::PickedUp],
            Some(DeliveryStatus::PickedUp) => &[DeliveryStatus::Delivered, DeliveryStatus::Failed],
            Some(
                DeliveryStatus::Pending
                | DeliveryStatus::Delivered
                | DeliveryStatus::Failed
                | DeliveryStatus::Cancelled,
            )
            | None => &[],
        };
        Self::conflict("STATUS_NOT_ALLOWED", refusal.to_string())
            .with("deliveryStatus", refusal.from)
            .with("allowed", next)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::Missing => "PROOF_NEEDED",
            Refusal::NoCode => "CODE_NEEDED",
            Refusal::WrongCode => "WRONG_CODE",
            Refusal::CodeLocked => "CODE_LOCKED",
        };
        Self::conflict(code, refusal.to_string())
    }
}

/// 409: the thing has changed since the caller read it.
pub(super) fn version_conflict() -> Problem {
    Problem::conflict(
        "VERSION_CONFLICT",
        "it has been changed since; read it again",
    )
}

/// 409: the agent whom the caller wants cannot take it.
pub(super) fn agent_not_free() -> Problem {
    Problem::conflict(
        "AGENT_NOT_FREE",
        "this agent does not work in the order's zone now, or has enough to carry",
    )
}

/// 409: other cash was taken than there was to take.
pub(super) fn amount_not_due(due: Option<Money>) -> Problem {
    Problem::conflict(
        "AMOUNT_NOT_DUE",
        "a delivery is handed over for exactly the cash that is due; without it, it comes back",
    )
    .with("collect", due)
}
