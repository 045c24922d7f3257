//! News of the shop: stock runs low (for its admins), a cart was left behind (for the shopper), goods are ordered (for the
//! supplier).

use revcart_messaging::HandlingError;
use serde_json::json;
use shared_events::{CartAbandoned, PurchaseOrderSent, StockLevelLow, Timestamp};

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
        batch.tell(admin, Template::LowStock, &parameters, at)?;
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
    batch.tell(reader, Template::CartReminder, &parameters, at)
}

pub(super) fn purchase_order_sent(
    batch: &mut Batch,
    event: &PurchaseOrderSent,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let lines: Vec<_> = event
        .lines
        .iter()
        .map(|line| json!({"quantity": line.quantity, "sku": line.sku, "name": line.name}))
        .collect();
    let supplier = Reader {
        name: event.supplier_name.clone(),
        email: Some(event.supplier_email.clone()),
        ..Reader::default()
    };
    let parameters = json!({
        "supplier": event.supplier_name, "number": event.number, "lines": lines, "expected": event.expected_on,
    });
    batch.tell(supplier, Template::PurchaseOrder, &parameters, at)
}
