//! News of an order. Changes of status that have a mail of their own are only listed.

use revcart_messaging::HandlingError;
use serde_json::json;
use shared_events::{OrderCancelled, OrderConfirmed, OrderPlaced, OrderStatusChanged, Timestamp};

use super::Batch;
use crate::domain::Template;

pub(super) fn placed(
    batch: &mut Batch,
    event: &OrderPlaced,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let lines: Vec<_> = event
        .lines
        .iter()
        .map(|line| json!({"quantity": line.quantity, "name": line.name, "price": line.unit_price.to_string()}))
        .collect();
    let parameters = json!({
        "name": reader.name, "number": number, "lines": lines, "subtotal": event.subtotal.to_string(), "discount": event.discount.to_string(),
        "tax": event.tax.to_string(), "delivery_fee": event.delivery_fee.to_string(), "total": event.total.to_string(),
    });
    batch.tell(reader, Template::OrderReceived, &parameters, at)
}

pub(super) fn confirmed(
    batch: &mut Batch,
    event: &OrderConfirmed,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters =
        json!({"name": reader.name, "number": number, "total": event.total.to_string()});
    batch.tell(reader, Template::OrderConfirmed, &parameters, at)
}

pub(super) fn cancelled(
    batch: &mut Batch,
    event: &OrderCancelled,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let refunded = event
        .refunded
        .filter(|amount| !amount.is_zero())
        .map(|amount| amount.to_string());
    let parameters = json!({"name": reader.name, "number": number, "reason": event.reason, "refunded": refunded});
    batch.tell(reader, Template::OrderCancelled, &parameters, at)
}

pub(super) fn status_changed(
    batch: &mut Batch,
    event: &OrderStatusChanged,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters = json!({
        "name": reader.name, "number": number, "before": event.from.as_str(), "status": event.to.as_str(), "reason": event.reason,
    });
    batch.list(reader, Template::OrderStatus, &parameters, at)
}
