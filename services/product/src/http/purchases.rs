//! `/api/suppliers/{supplierId}/purchase-orders` (admin): what is ordered from a supplier.

pub(super) mod cancel;
pub(super) mod list;
pub(super) mod propose;
pub(super) mod receive;
pub(super) mod send;
pub(super) mod show;

use revcart_http_edge::{Answer, Problem};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use shared_events::{ProductId, PurchaseOrderId, SupplierId, Timestamp};
use utoipa::ToSchema;

use crate::domain::purchase::{self, PurchaseOrder};
use crate::store::purchases;

/// An order to a supplier.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PurchaseOrder)]
pub(super) struct Shown {
    purchase_order_id: PurchaseOrderId,
    number: String,
    supplier_id: SupplierId,
    #[schema(value_type = Status)]
    status: &'static str,
    lines: Vec<Line>,
    /// Made by itself because stock was low.
    automatic: bool,
    note: String,
    expected_on: Option<String>,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    version: i64,
}

/// Where an order to a supplier stands.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = PurchaseOrderStatus)]
pub(super) enum Status {
    Draft,
    Sent,
    PartlyReceived,
    Received,
    Cancelled,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PurchaseOrderLine)]
struct Line {
    product_id: ProductId,
    sku: String,
    name: String,
    ordered: u32,
    received: u32,
}

impl From<PurchaseOrder> for Shown {
    fn from(order: PurchaseOrder) -> Self {
        let line = |line: purchase::Line| Line {
            product_id: line.product_id,
            sku: line.sku,
            name: line.name,
            ordered: line.ordered,
            received: line.received,
        };
        Self {
            purchase_order_id: order.id,
            number: order.number,
            supplier_id: order.supplier,
            status: order.status.name(),
            lines: order.lines.into_iter().map(line).collect(),
            automatic: order.automatic,
            note: order.note,
            expected_on: order.expected_on,
            created_at: order.created_at,
            sent_at: order.sent_at,
            closed_at: order.closed_at,
            version: order.version,
        }
    }
}

impl From<Status> for purchase::Status {
    fn from(status: Status) -> Self {
        match status {
            Status::Draft => Self::Draft,
            Status::Sent => Self::Sent,
            Status::PartlyReceived => Self::PartlyReceived,
            Status::Received => Self::Received,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

impl From<purchase::Error> for Problem {
    fn from(error: purchase::Error) -> Self {
        let detail = error.to_string();
        match error {
            purchase::Error::NotNow { .. } => Self::conflict("PURCHASE_ORDER_STATE", detail),
            purchase::Error::Empty | purchase::Error::NotOrdered(_) => {
                Self::invalid("lines", detail)
            }
            purchase::Error::MoreThanOrdered { .. } => Self::conflict("MORE_THAN_ORDERED", detail),
        }
    }
}

/// The order, locked; 404 if the supplier has none with this id.
async fn lock(
    connection: &impl ConnectionTrait,
    which: (SupplierId, PurchaseOrderId),
) -> Answer<PurchaseOrder> {
    let found = purchases::lock(connection, which).await?;
    found.ok_or_else(|| Problem::not_found("purchase order"))
}

/// The same, not locked.
async fn find(
    connection: &impl ConnectionTrait,
    which: (SupplierId, PurchaseOrderId),
) -> Answer<PurchaseOrder> {
    let found = purchases::find(connection, which).await?;
    found.ok_or_else(|| Problem::not_found("purchase order"))
}
