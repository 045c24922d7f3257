//! `ProductPriceChanged`: every cart with the product gets the new price, and its shopper is told when they next look.

use shared_events::ProductPriceChanged;

use super::Work;
use crate::store::items::NewPrice;

pub(super) fn apply(work: &mut Work, change: &ProductPriceChanged) {
    let new = NewPrice {
        product_id: change.product_id,
        price: change.new_price,
        version: change.aggregate_version,
    };
    let newest = work.prices.entry(change.product_id).or_insert(new);
    if new.version > newest.version {
        *newest = new;
    }
}
