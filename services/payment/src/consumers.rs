//! What the payment service does about messages. A batch is loaded with one query, applied in memory message by message, and
//! saved together; no gateway is asked here: what is to be asked is written down, leased and laid on the executor's desk.

mod delivery_completed;
mod refund_payment;
mod request_payment;

use std::collections::BTreeSet;

use revcart_http_edge::host::Adapters;
use revcart_messaging::{Consumer, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::{AnyMessage, PaymentId};

use crate::app::App;
use crate::domain::payment;
use crate::store::till::Till;

/// The consumer of `payment-service-queue`.
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
    let orders = messages
        .iter()
        .filter_map(|incoming| incoming.envelope.data.order_id());
    let ids: BTreeSet<PaymentId> = orders.map(payment::of_order).collect();
    let mut till = Till::load(unit, &ids, app.pace).await?;
    for incoming in messages {
        let says = apply(app, &mut till, incoming)?;
        app.say(unit, says, &incoming.cause());
    }
    app.save(unit, till).await?;
    Ok(())
}

/// The table of messages.
fn apply(
    app: &App,
    till: &mut Till,
    incoming: &Incoming,
) -> Result<Vec<AnyMessage>, HandlingError> {
    match &incoming.envelope.data {
        AnyMessage::RequestPayment(command) => request_payment::apply(app, till, incoming, command),
        AnyMessage::RefundPayment(command) => refund_payment::apply(app, till, incoming, command),
        AnyMessage::DeliveryCompleted(event) => {
            delivery_completed::apply(app, till, incoming, event)
        }
        other => {
            let name = other.name();
            let problem = format!("payment-service does nothing about {name}");
            Err(HandlingError::Permanent(problem))
        }
    }
}

/// What every message does: the payment enters the state that follows from it.
fn obey(app: &App, till: &mut Till, incoming: &Incoming, id: PaymentId) -> Vec<AnyMessage> {
    let message = &incoming.envelope.data;
    let (next, says) = payment::obey(till.state(id), message, app.gateways.methods());
    till.change(id, next, &incoming.cause());
    says
}
