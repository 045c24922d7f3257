//! `ReserveStock`: all lines of an order are set aside, or none. Answered by `StockReserved` or `StockReservationFailed`.

use revcart_persistence::Cause;
use shared_events::{AnyMessage, ReserveStock};

use crate::domain::reservation;
use crate::store::warehouse::{Holder, Warehouse};

pub(super) fn apply(
    warehouse: &mut Warehouse,
    command: &ReserveStock,
    cause: &Cause,
) -> AnyMessage {
    let holder = Holder::Order(command.order_id);
    let state = warehouse.state(holder.id());
    let (next, reply) = reservation::reserve(state, command, warehouse.shelf());
    warehouse.change(holder, next, cause);
    reply
}
