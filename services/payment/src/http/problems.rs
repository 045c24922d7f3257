//! What callers are told when the domain refuses.

use revcart_http_edge::Problem;

use crate::domain::payment::Refusal;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::Unheard => Self::not_found("payment"),
            Refusal::Paid => Self::conflict("ALREADY_PAID", detail),
            Refusal::Over => Self::conflict("PAYMENT_CLOSED", detail),
            Refusal::OwnedBySaga => Self::conflict("OWNED_BY_SAGA", detail),
            Refusal::NothingToCapture => Self::conflict("NOTHING_TO_CAPTURE", detail),
            Refusal::TooMuch { available } => {
                Self::conflict("REFUND_TOO_LARGE", detail).with("available", available)
            }
            Refusal::OtherCurrency => Self::invalid("amount", detail),
        }
    }
}
