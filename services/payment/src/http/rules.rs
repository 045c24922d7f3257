//! Rules for fields that several requests have.

use revcart_http_edge::{Answer, Problem};
use shared_events::{Money, OrderId, PaymentId, PaymentToken};

use crate::domain::payment;

/// The longest token that a gateway gives out.
const LONGEST_TOKEN: usize = 255;

/// A payment is named by its id or by its order, not by both.
pub(super) fn named(payment: Option<PaymentId>, order: Option<OrderId>) -> Answer<PaymentId> {
    match (payment, order) {
        (Some(payment), None) => Ok(payment),
        (None, Some(order)) => Ok(payment::of_order(order)),
        (None, None) | (Some(_), Some(_)) => Err(Problem::invalid(
            "paymentId",
            "name either the payment or its order",
        )),
    }
}

/// Text that says something.
pub(super) fn not_blank(text: &str, (): &()) -> garde::Result {
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    Ok(())
}

/// More than nothing.
pub(super) fn positive(amount: &Option<Money>, (): &()) -> garde::Result {
    match amount {
        Some(amount) if amount.minor() <= 0 => Err(garde::Error::new("must be more than zero")),
        Some(_) | None => Ok(()),
    }
}

/// Something that a gateway can have given out.
pub(super) fn token(token: &Option<PaymentToken>, (): &()) -> garde::Result {
    let Some(token) = token else {
        return Ok(());
    };
    if (1..=LONGEST_TOKEN).contains(&token.expose().len()) {
        return Ok(());
    }
    Err(garde::Error::new("must be 1 to 255 bytes long"))
}
