//! `AssignDelivery`: the free agent with the least in hand brings it, of several the nearest; with none free the order waits
//! for one until it expires.

use revcart_persistence::Cause;
use shared_events::{AnyMessage, AssignDelivery};

use crate::domain::delivery;
use crate::domain::map::Map;
use crate::store::deliveries::Parcel;
use crate::store::dispatch::Dispatch;

pub(super) fn apply(
    dispatch: &mut Dispatch,
    command: &AssignDelivery,
    map: &Map,
    cause: &Cause,
) -> Vec<AnyMessage> {
    let (order, now) = (command.order_id, dispatch.now());
    let postal_code = &command.shipping_address.postal_code;
    let zone = map.zone(postal_code);
    let near = map.near(zone, postal_code, None);
    let in_time = now < command.expires_at;
    let free = in_time.then(|| dispatch.free_courier(zone, near)).flatten();
    let before = dispatch.state(order);
    let (asked, mut replies) = delivery::assign(before, command, free.as_ref());
    let (next, given_up) = delivery::expire(&asked, order, now);
    replies.extend(given_up);
    if next != *before {
        dispatch.describe(order, Parcel::of(command, zone.clone()));
        dispatch.change(order, next, cause);
    }
    replies
}
