//! What a `PaymentIntent` says: pure.

use serde::Deserialize;
use serde_json::Value;
use shared_events::reasons;

use super::{Refusal, action};
use crate::domain::payment::Finding;
use crate::gateways::Error;

pub(super) const REQUIRES_CONFIRMATION: &str = "requires_confirmation";
pub(super) const REQUIRES_PAYMENT_METHOD: &str = "requires_payment_method";
const SUCCEEDED: &str = "succeeded";
const CANCELED: &str = "canceled";

/// As much of an intent as matters here.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) client_secret: Option<String>,
    last_payment_error: Option<Value>,
}

impl Intent {
    pub(super) fn of(json: &Value) -> Result<Self, Error> {
        Self::deserialize(json).map_err(|error| Error::Unreachable(Box::new(error)))
    }

    /// Whether nothing can happen to it any more.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.status.as_str(), SUCCEEDED | CANCELED)
    }

    /// `with_token`: it is tried with what was given at checkout, and with nothing else.
    pub(super) fn finding(&self, with_token: bool) -> Result<Finding, Error> {
        let refusal = self.last_payment_error.as_ref().map(Refusal::of);
        Ok(match self.status.as_str() {
            SUCCEEDED => Finding::Captured {
                reference: self.id.clone(),
            },
            CANCELED => match refusal.filter(|_| with_token) {
                Some(refusal) => declined(&refusal),
                None => Finding::Void,
            },
            "processing" => Finding::Waiting { next_action: None },
            "requires_action" => Finding::Waiting {
                next_action: action("authenticate"),
            },
            REQUIRES_PAYMENT_METHOD | REQUIRES_CONFIRMATION if !with_token => Finding::Waiting {
                next_action: action("confirm"),
            },
            _ => {
                return Err(Error::Answered {
                    status: 200,
                    code: self.status.clone(),
                });
            }
        })
    }
}

pub(super) fn declined(refusal: &Refusal) -> Finding {
    let reason = match refusal.reason.as_str() {
        "insufficient_funds" => reasons::INSUFFICIENT_FUNDS,
        _ => reasons::DECLINED,
    };
    Finding::Declined {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn finding(status: &str, error: Value, with_token: bool) -> Option<Finding> {
        let json = json!({ "id": "pi_1", "status": status, "client_secret": "s", "last_payment_error": error, "amount": 1 });
        Intent::of(&json).unwrap().finding(with_token).ok()
    }

    #[test]
    fn every_status_of_the_documentation_is_understood() {
        let none = Value::Null;
        let captured = Finding::Captured {
            reference: "pi_1".to_owned(),
        };
        assert_eq!(finding("succeeded", none.clone(), true), Some(captured));
        assert_eq!(finding("canceled", none.clone(), true), Some(Finding::Void));
        for (status, kind) in [
            ("requires_payment_method", "confirm"),
            ("requires_confirmation", "confirm"),
            ("requires_action", "authenticate"),
        ] {
            let next_action = action(kind);
            let waiting = Some(Finding::Waiting { next_action });
            assert_eq!(finding(status, none.clone(), false), waiting);
        }
        let waiting = Finding::Waiting { next_action: None };
        assert_eq!(finding("processing", none.clone(), true), Some(waiting));
        assert_eq!(finding("something_new", none, true), None);
    }

    #[test]
    fn card_that_was_refused_is_a_decline_with_its_reason() {
        let error = |code| json!({ "code": "card_declined", "decline_code": code });
        let declined = |reason: &str| {
            Some(Finding::Declined {
                reason: reason.to_owned(),
            })
        };
        let poor = finding("canceled", error("insufficient_funds"), true);
        assert_eq!(poor, declined(reasons::INSUFFICIENT_FUNDS));
        let other = finding("canceled", error("lost_card"), true);
        assert_eq!(other, declined(reasons::DECLINED));
        // On the page the shopper may have tried another card since.
        let page = finding("canceled", error("lost_card"), false);
        assert_eq!(page, Some(Finding::Void));
    }
}
