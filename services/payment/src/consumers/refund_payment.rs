//! `RefundPayment`: nothing more is to be taken, and what was goes back. Answered by `RefundProcessed`.

use revcart_messaging::{HandlingError, Incoming};
use shared_events::{AnyMessage, RefundPayment};

use crate::app::App;
use crate::domain::payment;
use crate::store::till::Till;

pub(super) fn apply(
    app: &App,
    till: &mut Till,
    incoming: &Incoming,
    command: &RefundPayment,
) -> Result<Vec<AnyMessage>, HandlingError> {
    let id = payment::of_order(command.order_id);
    Ok(super::obey(app, till, incoming, id))
}
