//! What the product service does about messages. A batch is loaded with one query per table, applied in memory message by
//! message, and saved together: nothing is written before everything is decided.

mod order_confirmed;
mod release_stock;
mod reserve_stock;
mod stock_level_low;

use std::collections::{BTreeMap, BTreeSet};

use revcart_http_edge::host::Adapters;
use revcart_messaging::{Consumer, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::{AnyMessage, ProductId, ReservationId};

use crate::app::App;
use crate::domain::reorder::Proposal;
use crate::domain::reservation;
use crate::store::{self, reorders, warehouse::Warehouse};

/// The consumer of `product-service-queue`.
pub(crate) fn all(app: &App, adapters: &Adapters) -> Vec<Consumer> {
    vec![adapters.consumer(app, |app, unit, messages| {
        Box::pin(handle(app, unit, messages))
    })]
}

/// What the messages of a batch are about, in memory.
struct Batch {
    warehouse: Warehouse,
    reorders: BTreeMap<ProductId, Proposal>,
}

async fn handle(
    app: &App,
    unit: &mut UnitOfWork,
    messages: &[Incoming],
) -> Result<(), HandlingError> {
    let mut batch = load(unit, messages).await?;
    for incoming in messages {
        if let Some(reply) = apply(&mut batch, incoming)? {
            unit.emit(reply, &incoming.cause());
        }
    }
    save(app, unit, batch).await?;
    Ok(())
}

/// The table of messages.
fn apply(batch: &mut Batch, incoming: &Incoming) -> Result<Option<AnyMessage>, HandlingError> {
    let cause = incoming.cause();
    let warehouse = &mut batch.warehouse;
    let reply = match &incoming.envelope.data {
        AnyMessage::ReserveStock(command) => Some(reserve_stock::apply(warehouse, command, &cause)),
        AnyMessage::ReleaseStock(command) => Some(release_stock::apply(warehouse, command, &cause)),
        AnyMessage::OrderConfirmed(event) => {
            order_confirmed::apply(warehouse, event, &cause);
            None
        }
        AnyMessage::StockLevelLow(event) => {
            stock_level_low::apply(batch, event);
            None
        }
        other => {
            let name = other.name();
            let problem = format!("product-service does nothing about {name}");
            return Err(HandlingError::Permanent(problem));
        }
    };
    Ok(reply)
}

/// Everything that the messages are about.
async fn load(unit: &UnitOfWork, messages: &[Incoming]) -> Result<Batch, store::Error> {
    let mut reservations: BTreeSet<ReservationId> = BTreeSet::new();
    let mut products: BTreeSet<ProductId> = BTreeSet::new();
    for incoming in messages {
        let message = &incoming.envelope.data;
        reservations.extend(message.order_id().map(reservation::of_order));
        if let AnyMessage::ReserveStock(command) = message {
            products.extend(command.lines.iter().map(|line| line.product_id));
        }
    }
    Ok(Batch {
        warehouse: Warehouse::load(unit, &reservations, products).await?,
        reorders: BTreeMap::new(),
    })
}

async fn save(app: &App, unit: &mut UnitOfWork, batch: Batch) -> Result<(), store::Error> {
    reorders::propose(unit.sql(), &batch.reorders, unit.now()).await?;
    stock_level_low::draft(unit, &batch.reorders).await?;
    app.save(unit, batch.warehouse).await
}

impl From<store::Error> for HandlingError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
            other => Self::retry(other),
        }
    }
}
