//! News of an order on its way.

use revcart_messaging::HandlingError;
use serde_json::json;
use shared_events::{
    DeliveryAssigned, DeliveryCompleted, DeliveryFailed, DeliveryInProgress, DeliveryStage,
    Timestamp,
};

use super::Batch;
use crate::domain::Template;

pub(super) fn assigned(
    batch: &mut Batch,
    event: &DeliveryAssigned,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters = json!({
        "name": reader.name, "number": number, "agent": event.agent_name, "arrival": event.estimated_arrival.to_string(),
    });
    batch.tell(reader, Template::DeliveryAssigned, &parameters, at)
}

pub(super) fn in_progress(
    batch: &mut Batch,
    event: &DeliveryInProgress,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let parameters = json!({"name": reader.name, "number": number});
    batch.tell(reader, Template::OutForDelivery, &parameters, at)
}

pub(super) fn completed(
    batch: &mut Batch,
    event: &DeliveryCompleted,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let (reader, number) = batch.buyer(event.order_id)?;
    let collected = event.collected.map(|amount| amount.to_string());
    let parameters = json!({"name": reader.name, "number": number, "at": event.delivered_at.to_string(), "collected": collected});
    batch.tell(reader, Template::Delivered, &parameters, at)
}

/// That nobody could be found ends in the order's cancellation, which has a mail of its own.
pub(super) fn failed(
    batch: &mut Batch,
    event: &DeliveryFailed,
    at: Timestamp,
) -> Result<(), HandlingError> {
    match event.stage {
        DeliveryStage::Assignment => Ok(()),
        DeliveryStage::Doorstep => {
            let (reader, number) = batch.buyer(event.order_id)?;
            let parameters = json!({"name": reader.name, "number": number, "reason": event.reason});
            batch.tell(reader, Template::DeliveryFailed, &parameters, at)
        }
    }
}
