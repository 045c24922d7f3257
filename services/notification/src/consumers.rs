//! What the notification service does about messages. A batch is loaded with one query per table, applied in memory message
//! by message, and saved together.
//!
//! First everything is learned that the batch tells of people and orders, then it is said what there is to say: the order of
//! messages within a batch does not matter.

mod account;
mod batch;
mod command;
mod delivery;
mod learning;
mod order;
mod payment;
mod shop;

use revcart_http_edge::host::Adapters;
use revcart_messaging::{Consumer, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::AnyMessage;

use crate::app::App;

pub(crate) use batch::Batch;
pub(crate) use command::send_now;

/// The consumer of `notification-service-queue`.
pub(crate) fn all(app: &App, adapters: &Adapters) -> Vec<Consumer> {
    vec![adapters.consumer(app, |app, unit, messages| {
        Box::pin(handle(app, unit, messages))
    })]
}

async fn handle(
    app: &App,
    unit: &mut UnitOfWork,
    messages: &[Incoming],
) -> Result<(), HandlingError> {
    let mut batch = Batch::load(app, unit, messages).await?;
    for incoming in messages {
        learning::learn(&mut batch, &incoming.envelope.data);
    }
    for incoming in messages {
        apply(&mut batch, incoming)?;
    }
    Ok(batch.save(unit).await?)
}

/// The table of messages.
fn apply(batch: &mut Batch, incoming: &Incoming) -> Result<(), HandlingError> {
    let at = incoming.envelope.time;
    match &incoming.envelope.data {
        AnyMessage::UserRegistered(event) => account::registered(batch, event, at),
        AnyMessage::UserProfileUpdated(_) => Ok(()),
        AnyMessage::PasswordChanged(event) => account::password_changed(batch, event, at),
        AnyMessage::StockLevelLow(event) => shop::stock_low(batch, event, at),
        AnyMessage::CartAbandoned(event) => shop::cart_abandoned(batch, event, at),
        AnyMessage::PurchaseOrderSent(event) => shop::purchase_order_sent(batch, event, at),
        AnyMessage::OrderPlaced(event) => order::placed(batch, event, at),
        AnyMessage::OrderConfirmed(event) => order::confirmed(batch, event, at),
        AnyMessage::OrderCancelled(event) => order::cancelled(batch, event, at),
        AnyMessage::OrderStatusChanged(event) => order::status_changed(batch, event, at),
        AnyMessage::PaymentInitiated(event) => payment::initiated(batch, event, at),
        AnyMessage::PaymentCompleted(event) => payment::completed(batch, event, at),
        AnyMessage::PaymentFailed(event) => payment::failed(batch, event, at),
        AnyMessage::RefundProcessed(event) => payment::refunded(batch, event, at),
        AnyMessage::DeliveryAssigned(event) => delivery::assigned(batch, event, at),
        AnyMessage::DeliveryInProgress(event) => delivery::in_progress(batch, event, at),
        AnyMessage::DeliveryCompleted(event) => delivery::completed(batch, event, at),
        AnyMessage::DeliveryFailed(event) => delivery::failed(batch, event, at),
        AnyMessage::SendNotification(command) => command::send(batch, command, at),
        other => Err(HandlingError::Permanent(format!(
            "notification-service does nothing about {}",
            other.name()
        ))),
    }
}
