//! What participants say: replies to the saga's commands, and facts that it waits for.
//!
//! All of them are told to the saga alike, so there is one handler: load the cases of the whole batch, tell each message to
//! its case in the order received, save the batch. What a message means is written down in the `saga` crate.

use revcart_http_edge::host::Adapters;
use revcart_messaging::consumer::{Consumer, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use saga::order::Input;
use shared_events::OrderId;

use crate::app::App;
use crate::case::{self, Case};

/// The consumer of `order-service-queue`.
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
    let mut orders: Vec<OrderId> = messages
        .iter()
        .filter_map(|message| message.envelope.data.order_id())
        .collect();
    orders.sort_unstable();
    orders.dedup();
    let mut cases = case::load(unit.sql(), &orders).await?;
    for message in messages {
        let case = message
            .envelope
            .data
            .order_id()
            .and_then(|order| cases.get_mut(&order));
        match case {
            Some(case) => apply(app, case, message, unit.now())?,
            None => unknown(message)?,
        }
    }
    case::save(unit, cases.into_values(), &app.followers)
        .await
        .map_err(failed)
}

fn apply(
    app: &App,
    case: &mut Case,
    message: &Incoming,
    now: shared_events::Timestamp,
) -> Result<(), HandlingError> {
    let Some(input) = Input::from_envelope(&message.envelope) else {
        return Err(HandlingError::Permanent(format!(
            "{} says nothing to the order saga",
            message.envelope.data.name()
        )));
    };
    let cause = message.cause().correlated(case.order.id.to_string());
    // A reply is refused only by a saga whose definition this program does not have: another one may.
    case.tell(input, cause, &app.config.saga, now)
        .map_err(HandlingError::retry)
}

/// What answers a command of ours must find its order. Facts of things that were not ordered here (a delivery that was
/// assigned by hand) are nobody's business.
fn unknown(message: &Incoming) -> Result<(), HandlingError> {
    let name = message.envelope.data.name();
    if message.envelope.data.saga_ref().is_some() {
        return Err(HandlingError::Permanent(format!(
            "{name} answers the saga of an order that does not exist"
        )));
    }
    tracing::warn!(message = %message.envelope.id, kind = name, "a fact about an order that does not exist");
    Ok(())
}

fn failed(error: case::Error) -> HandlingError {
    match error {
        case::Error::Database(error) => error.into(),
        case::Error::Overtaken | case::Error::Refused(_) => HandlingError::retry(error),
    }
}
