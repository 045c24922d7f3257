//! Ids of orders, made of the service's own clock: they sort by it, and lists of orders by time rely on it.

use std::sync::{Mutex, PoisonError};

use shared_events::{OrderId, Timestamp};
use uuid::{ContextV7, Uuid};

/// Makes ids, each later than all that it has made before.
#[derive(Debug)]
pub(crate) struct OrderIds(Mutex<ContextV7>);

impl OrderIds {
    /// None made yet.
    pub(crate) fn new() -> OrderIds {
        OrderIds(Mutex::new(ContextV7::new()))
    }

    /// A new one, made at this time.
    pub(crate) fn next(&self, now: Timestamp) -> OrderId {
        let micros = u64::try_from(now.micros()).unwrap_or_default();
        let nanos = u32::try_from(micros % 1_000_000).unwrap_or_default() * 1000;
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = uuid::Timestamp::from_unix(&*context, micros / 1_000_000, nanos);
        OrderId::from_uuid(Uuid::new_v7(at))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::samples::NOON;

    #[test]
    fn ids_sort_by_the_clock_and_by_turn_while_it_stands_still() {
        let ids = OrderIds::new();
        let (first, second) = (ids.next(NOON), ids.next(NOON));
        let third = ids.next(NOON + Duration::from_millis(1));
        assert!(first < second && second < third);
        let millis = first.as_uuid().as_u128() >> 80;
        assert_eq!(millis, u128::try_from(NOON.micros() / 1000).unwrap());
    }
}
