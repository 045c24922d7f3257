//! `StockLevelLow`: a reorder is proposed. An admin sees it in the product's inventory; of a product whose supplier is known,
//! it also goes onto the draft of an order to them, which grows until somebody sends it.

use std::collections::{BTreeMap, BTreeSet};

use revcart_persistence::UnitOfWork;
use shared_events::{ProductId, StockLevelLow, SupplierId};

use super::Batch;
use crate::domain::purchase::{Line, PurchaseOrder};
use crate::domain::reorder::Proposal;
use crate::domain::supplier::Supply;
use crate::store::{Error, listings, purchases, suppliers};

pub(super) fn apply(batch: &mut Batch, warning: &StockLevelLow) {
    let proposal = Proposal::after(warning);
    batch.reorders.insert(warning.product_id, proposal);
}

/// Puts what is proposed onto the drafts of orders to those who supply it, unless it is under way already.
pub(super) async fn draft(
    unit: &UnitOfWork,
    proposals: &BTreeMap<ProductId, Proposal>,
) -> Result<(), Error> {
    if proposals.is_empty() {
        return Ok(());
    }
    let products: Vec<ProductId> = proposals.keys().copied().collect();
    let mut by_supplier: BTreeMap<SupplierId, Vec<Supply>> = BTreeMap::new();
    for supply in suppliers::of_products(unit.sql(), &products).await? {
        by_supplier.entry(supply.supplier).or_default().push(supply);
    }
    if by_supplier.is_empty() {
        return Ok(());
    }
    let listings = listings::by_ids(unit.sql(), &products).await?;
    let lines: BTreeMap<ProductId, Line> = listings.into_iter().map(line).collect();
    // Locked, so that two who hear of low stock at once do not both begin a draft.
    for supplier in suppliers::lock(unit.sql(), by_supplier.keys().copied()).await? {
        let supplies = by_supplier.remove(&supplier.id).unwrap_or_default();
        if supplier.active {
            let wanted = supplies.into_iter().filter_map(|supply| {
                let proposed = proposals.get(&supply.product)?.units;
                let mut line = lines.get(&supply.product)?.clone();
                line.ordered = supply.reorder_quantity.unwrap_or(proposed);
                Some(line)
            });
            extend(unit, supplier.id, wanted.collect()).await?;
        }
    }
    Ok(())
}

async fn extend(unit: &UnitOfWork, supplier: SupplierId, wanted: Vec<Line>) -> Result<(), Error> {
    let under_way: BTreeSet<ProductId> = purchases::under_way(unit.sql(), supplier)
        .await?
        .iter()
        .flat_map(|order| order.outstanding().into_keys())
        .collect();
    let mut wanted = wanted;
    wanted.retain(|line| !under_way.contains(&line.product_id));
    if wanted.is_empty() {
        return Ok(());
    }
    let growing = purchases::lock_growing(unit.sql(), supplier).await?;
    let is_new = growing.is_none();
    let mut order = growing.unwrap_or_else(|| PurchaseOrder {
        automatic: true,
        ..PurchaseOrder::draft(supplier, unit.now())
    });
    for line in wanted {
        // A draft that is full waits for somebody to send it; the inventory shows what is proposed all the same.
        order.propose(line);
    }
    if is_new {
        return purchases::insert(unit.sql(), &order).await;
    }
    order.version += 1;
    purchases::update(unit.sql(), &order).await
}

fn line(listing: listings::Listing) -> (ProductId, Line) {
    let line = Line {
        product_id: listing.id,
        sku: listing.sku,
        name: listing.name,
        ordered: 0,
        received: 0,
    };
    (listing.id, line)
}
