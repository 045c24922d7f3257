//! `ProductCreated`: the name of a product, for lists.

use shared_events::ProductCreated;

use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, event: &ProductCreated) {
    tally.label(event.product_id, &event.sku, &event.name);
}
