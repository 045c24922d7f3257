//! `CancelDelivery`: nobody brings it, unless an agent has it already.

use revcart_persistence::Cause;
use shared_events::{AnyMessage, CancelDelivery};

use crate::domain::delivery;
use crate::store::dispatch::Dispatch;

pub(super) fn apply(
    dispatch: &mut Dispatch,
    command: &CancelDelivery,
    cause: &Cause,
) -> Vec<AnyMessage> {
    let order = command.order_id;
    let (next, replies) = delivery::cancel(dispatch.state(order), command);
    dispatch.change(order, next, cause);
    replies
}
