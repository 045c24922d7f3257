//! `ProductDeleted`: the product leaves every cart.

use shared_events::ProductDeleted;

use super::Work;

pub(super) fn apply(work: &mut Work, product: &ProductDeleted) {
    work.deleted.insert(product.product_id);
}
