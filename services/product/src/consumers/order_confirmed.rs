//! `OrderConfirmed`: what is set aside for the order becomes a sale.

use revcart_persistence::Cause;
use shared_events::OrderConfirmed;

use crate::domain::reservation;
use crate::store::warehouse::{Holder, Warehouse};

pub(super) fn apply(warehouse: &mut Warehouse, event: &OrderConfirmed, cause: &Cause) {
    let holder = Holder::Order(event.order_id);
    let next = reservation::confirm(warehouse.state(holder.id()), event);
    warehouse.change(holder, next, cause);
}
