//! What the delivery service does about messages. A batch is loaded with one query per table, applied in memory message by
//! message, and saved together: nothing is written before everything is decided.

mod assign_delivery;
mod cancel_delivery;

use std::collections::BTreeSet;

use revcart_http_edge::host::Adapters;
use revcart_messaging::{Consumer, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::{AnyMessage, OrderId};

use crate::app::App;
use crate::domain::map::Map;
use crate::domain::zone::Zone;
use crate::store::zones::Drawing;
use crate::store::{self, dispatch::Dispatch};

/// The consumer of `delivery-service-queue`.
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
    let map = map(app, unit, messages).await?;
    let mut dispatch = load(app, unit, messages, &map).await?;
    for incoming in messages {
        for reply in apply(&map, &mut dispatch, incoming)? {
            unit.emit(reply, &incoming.cause());
        }
    }
    app.save(unit, dispatch).await?;
    Ok(())
}

/// The table of messages.
fn apply(
    map: &Map,
    dispatch: &mut Dispatch,
    incoming: &Incoming,
) -> Result<Vec<AnyMessage>, HandlingError> {
    let cause = incoming.cause();
    match &incoming.envelope.data {
        AnyMessage::AssignDelivery(command) => {
            Ok(assign_delivery::apply(dispatch, command, map, &cause))
        }
        AnyMessage::CancelDelivery(command) => {
            Ok(cancel_delivery::apply(dispatch, command, &cause))
        }
        other => {
            let name = other.name();
            let problem = format!("delivery-service does nothing about {name}");
            Err(HandlingError::Permanent(problem))
        }
    }
}

/// The map, if any of the messages asks where something lies.
async fn map(app: &App, unit: &UnitOfWork, messages: &[Incoming]) -> Result<Map, store::Error> {
    let asks =
        |incoming: &Incoming| matches!(incoming.envelope.data, AnyMessage::AssignDelivery(_));
    if messages.iter().any(asks) {
        app.map_in(unit).await
    } else {
        Ok(app.map_with(&Drawing::default()))
    }
}

/// Everything that the messages are about.
async fn load(
    app: &App,
    unit: &UnitOfWork,
    messages: &[Incoming],
    map: &Map,
) -> Result<Dispatch, store::Error> {
    let mut orders: BTreeSet<OrderId> = BTreeSet::new();
    let mut zones: BTreeSet<&Zone> = BTreeSet::new();
    for incoming in messages {
        let message = &incoming.envelope.data;
        orders.extend(message.order_id());
        if let AnyMessage::AssignDelivery(command) = message {
            zones.insert(map.zone(&command.shipping_address.postal_code));
        }
    }
    Dispatch::load(unit, &orders, &zones, app.config.terms()).await
}

impl From<store::Error> for HandlingError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
            other => Self::retry(other),
        }
    }
}
