//! `StockLevelLow`: a reorder from the supplier is proposed. An admin sees it in the product's inventory.

use shared_events::StockLevelLow;

use super::Batch;
use crate::domain::reorder::Proposal;

pub(super) fn apply(batch: &mut Batch, warning: &StockLevelLow) {
    let proposal = Proposal::after(warning);
    batch.reorders.insert(warning.product_id, proposal);
}
