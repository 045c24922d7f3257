//! `RequestPayment`: the order is to be paid. Answered by `PaymentAuthorized` (cash) at once, by `PaymentCompleted` or
//! `PaymentFailed` when the gateway has answered.

use revcart_messaging::{HandlingError, Incoming};
use shared_events::{AnyMessage, RequestPayment};

use crate::app::App;
use crate::domain::payment;
use crate::store::till::Till;

pub(super) fn apply(
    app: &App,
    till: &mut Till,
    incoming: &Incoming,
    command: &RequestPayment,
) -> Result<Vec<AnyMessage>, HandlingError> {
    let id = payment::of_order(command.order_id);
    payment::check(till.state(id), &incoming.envelope.data)
        .map_err(|contradiction| HandlingError::Permanent(contradiction.to_string()))?;
    let tries = till.state(id).charge().attempt;
    let says = super::obey(app, till, incoming, id);
    if till.state(id).charge().attempt != tries {
        till.give_token(id, command.payment_token.clone());
    }
    Ok(says)
}
