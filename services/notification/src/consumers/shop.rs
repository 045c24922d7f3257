//! News of the shop: stock runs low (for its admins), a cart was left behind (for the shopper).

use revcart_messaging::HandlingError;
use serde_json::json;
use shared_events::{CartAbandoned, StockLevelLow, Timestamp};

use super::Batch;
use super::batch::Reader;
use crate::domain::Template;

pub(super) fn stock_low(
    batch: &mut Batch,
    event: &StockLevelLow,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let parameters = json!({
        "sku": event.sku, "product": event.product_id, "available": event.available, "threshold": event.threshold,
    });
    let admins: Vec<Reader> = batch.admins().iter().map(Reader::from).collect();
    for admin in admins {
        batch.mail(admin, Template::LowStock, &parameters, at)?;
    }
    Ok(())
}

pub(super) fn cart_abandoned(
    batch: &mut Batch,
    event: &CartAbandoned,
    at: Timestamp,
) -> Result<(), HandlingError> {
    // Nobody knows where a guest without an order could be reached.
    let Some(user) = event.user_id else {
        return Ok(());
    };
    let reader = batch.person(user)?;
    let items: Vec<_> = event
        .items
        .iter()
        .map(|item| json!({"quantity": item.quantity, "name": item.name, "price": item.unit_price.to_string()}))
        .collect();
    let parameters = json!({"name": reader.name, "items": items, "total": event.total.to_string()});
    batch.mail(reader, Template::CartReminder, &parameters, at)
}
