//! `ReleaseStock`: what an order has is put back, and nothing is set aside for it any more. Answered by `StockReleased`.

use revcart_persistence::Cause;
use shared_events::{AnyMessage, ReleaseStock};

use crate::domain::reservation;
use crate::store::warehouse::{Holder, Warehouse};

pub(super) fn apply(
    warehouse: &mut Warehouse,
    command: &ReleaseStock,
    cause: &Cause,
) -> AnyMessage {
    let holder = Holder::Order(command.order_id);
    let (next, reply) = reservation::release(warehouse.state(holder.id()), command);
    warehouse.change(holder, next, cause);
    reply.into()
}
