//! What the analytics service does about messages: everything goes into the log, and what counts is counted. A batch is read
//! once, added up in memory, and saved by a few statements: nothing is loaded, for there is nothing to decide.

mod cart_abandoned;
mod cart_item_added;
mod delivery_completed;
mod order_cancelled;
mod order_confirmed;
mod order_placed;
mod payment_completed;
mod payment_failed;
mod product_created;
mod product_viewed;
mod refund_processed;
mod user_registered;

use revcart_http_edge::host::Adapters;
use revcart_messaging::{Consumer, ConsumerOptions, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::{
    AnyMessage, CartAbandoned, CartItemAdded, DecodeError, DeliveryCompleted, Message,
    OrderCancelled, OrderConfirmed, OrderPlaced, OrderPlacedV1, PaymentCompleted, PaymentFailed,
    ProductCreated, ProductViewed, RawEnvelope, RefundProcessed, UserRegistered,
};

use crate::app::App;
use crate::domain::entry::Entry;
use crate::domain::tally::{Absurd, Tally};

/// Messages in one transaction. More than others take: every message of the shop comes through here.
const BATCH: usize = 512;

/// The consumer of `analytics-service-queue`.
pub(crate) fn all(app: &App, adapters: &Adapters) -> Vec<Consumer> {
    let app = app.clone();
    vec![Consumer::raw(
        ConsumerOptions {
            batch: BATCH,
            ..ConsumerOptions::default()
        },
        adapters.database.clone(),
        adapters.bus.clone(),
        adapters.clock.clone(),
        move |unit, messages| {
            let app = app.clone();
            Box::pin(async move { handle(&app, unit, messages).await })
        },
    )]
}

async fn handle(
    app: &App,
    unit: &mut UnitOfWork,
    messages: &[Incoming<RawEnvelope>],
) -> Result<(), HandlingError> {
    let mut tally = Tally::new(app.config.currency);
    let mut entries = Vec::with_capacity(messages.len());
    for message in messages {
        let raw = &message.envelope;
        if counts(&raw.message_type) {
            apply(&mut tally, raw)?;
        }
        entries.push(Entry::of(raw));
    }
    app.append(unit, entries).await?;
    app.add(unit, tally).await?;
    Ok(())
}

/// Counts an event of the log again. One that cannot be read was written by a later program.
pub(crate) fn count_again(tally: &mut Tally, entry: &Entry) {
    if !counts(&entry.message_type) {
        return;
    }
    let counted = match entry.raw() {
        Some(raw) => apply(tally, &raw),
        None => Err(HandlingError::Permanent("its data are no JSON".to_owned())),
    };
    if let Err(error) = counted {
        tracing::warn!(id = %entry.id, %error, "an event of the log cannot be counted");
    }
}

/// Whether something is counted about messages of this type. All others are kept unread; so is a version that is newer than
/// this program.
fn counts(message_type: &str) -> bool {
    matches!(
        message_type,
        CartAbandoned::TYPE
            | CartItemAdded::TYPE
            | DeliveryCompleted::TYPE
            | OrderCancelled::TYPE
            | OrderConfirmed::TYPE
            | OrderPlaced::TYPE
            | OrderPlacedV1::TYPE
            | PaymentCompleted::TYPE
            | PaymentFailed::TYPE
            | ProductCreated::TYPE
            | ProductViewed::TYPE
            | RefundProcessed::TYPE
            | UserRegistered::TYPE
    )
}

/// The table of messages.
fn apply(tally: &mut Tally, raw: &RawEnvelope) -> Result<(), HandlingError> {
    let at = raw.time;
    match raw.open().map_err(unreadable)?.data {
        AnyMessage::CartAbandoned(event) => cart_abandoned::apply(tally, &event, at)?,
        AnyMessage::CartItemAdded(event) => cart_item_added::apply(tally, &event, at),
        AnyMessage::DeliveryCompleted(event) => delivery_completed::apply(tally, &event, at),
        AnyMessage::OrderCancelled(event) => order_cancelled::apply(tally, &event, at),
        AnyMessage::OrderConfirmed(event) => order_confirmed::apply(tally, &event, at)?,
        AnyMessage::OrderPlaced(event) => order_placed::apply(tally, &event, at)?,
        AnyMessage::PaymentCompleted(event) => payment_completed::apply(tally, &event, at)?,
        AnyMessage::PaymentFailed(event) => payment_failed::apply(tally, &event, at),
        AnyMessage::ProductCreated(event) => product_created::apply(tally, &event),
        AnyMessage::ProductViewed(event) => product_viewed::apply(tally, &event, at),
        AnyMessage::RefundProcessed(event) => refund_processed::apply(tally, &event, at)?,
        AnyMessage::UserRegistered(event) => user_registered::apply(tally, &event, at),
        other => tracing::error!(name = other.name(), "opened, but nothing is counted of it"),
    }
    Ok(())
}

/// Trying again does not make it readable.
fn unreadable(error: DecodeError) -> HandlingError {
    HandlingError::Permanent(error.to_string())
}

impl From<Absurd> for HandlingError {
    fn from(error: Absurd) -> Self {
        Self::Permanent(error.to_string())
    }
}
