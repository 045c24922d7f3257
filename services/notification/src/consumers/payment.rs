//! News of an order's money.

use revcart_messaging::HandlingError;
use serde_json::json;
use shared_events::{
    PaymentCompleted, PaymentFailed, PaymentInitiated, RefundProcessed, Timestamp,
};

use super::Batch;
use crate::domain::Template;

/// Only for those who look on: a payment page may be waiting for it.
pub(super) fn initiated(
    batch: &mut Batch,
    event: &PaymentInitiated,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters = json!({
        "name": reader.name, "number": number, "amount": event.amount.to_string(), "gateway": event.gateway.as_str(),
    });
    batch.flash(reader, Template::PaymentStarted, &parameters, at)
}

pub(super) fn completed(
    batch: &mut Batch,
    event: &PaymentCompleted,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters = json!({
        "name": reader.name, "number": number, "amount": event.amount.to_string(), "gateway": event.gateway.as_str(),
        "reference": event.gateway_reference,
    });
    batch.tell(reader, Template::PaymentReceipt, &parameters, at)
}

pub(super) fn failed(
    batch: &mut Batch,
    event: &PaymentFailed,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters = json!({"name": reader.name, "number": number, "reason": event.reason, "final": event.is_final});
    batch.tell(reader, Template::PaymentFailed, &parameters, at)
}

/// A refund of nothing closes a payment of which nothing had been taken; there is nothing to say.
pub(super) fn refunded(
    batch: &mut Batch,
    event: &RefundProcessed,
    at: Timestamp,
) -> Result<(), HandlingError> {
    if event.amount.is_zero() {
        return Ok(());
    }
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters =
        json!({"name": reader.name, "number": number, "amount": event.amount.to_string()});
    batch.tell(reader, Template::Refund, &parameters, at)
}
