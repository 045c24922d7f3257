//! What product-service says about the catalogue and the stock, and what it is told to do with the stock of an order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    CategoryId, Money, OrderId, ProductId, PurchaseOrderId, Quantity, ReservationId, SagaRef,
    Shortage, StockLine, Timestamp, UserId,
    message::{command, event},
};

/// Something new is sold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductCreated {
    /// The product.
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The group it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_id: Option<CategoryId>,
    /// What a unit costs.
    pub price: Money,
    /// How many units can be sold.
    pub available: u32,
    /// Version of the product after this.
    pub aggregate_version: u32,
}

event!(Product v1 ProductCreated { subject: product_id });

/// A product is described differently. Its price has an event of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductUpdated {
    /// The product.
    pub product_id: ProductId,
    /// Names of the fields that are different from before.
    pub changed_fields: Vec<String>,
    /// Version of the product after this.
    pub aggregate_version: u32,
}

event!(Product v1 ProductUpdated { subject: product_id });

/// A unit costs something else now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductPriceChanged {
    /// The product.
    pub product_id: ProductId,
    /// What a unit cost before.
    pub old_price: Money,
    /// What it costs now.
    pub new_price: Money,
    /// Version of the product after this: an older change that comes later is ignored.
    pub aggregate_version: u32,
}

event!(Product v1 ProductPriceChanged { subject: product_id });

/// A product is no longer sold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductDeleted {
    /// The product.
    pub product_id: ProductId,
    /// Version of the product after this.
    pub aggregate_version: u32,
}

event!(Product v1 ProductDeleted { subject: product_id });

/// Somebody looked at a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductViewed {
    /// The product.
    pub product_id: ProductId,
    /// Who looked, if they were logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The visit, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

event!(Product v1 ProductViewed { subject: product_id });

/// There is no more of a product than the threshold below which it should be ordered again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockLevelLow {
    /// The product.
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// How many units can still be sold.
    pub available: u32,
    /// From how many on it is called low.
    pub threshold: u32,
}

event!(Product v1 StockLevelLow { subject: product_id });

/// The shop has ordered from a supplier, who is to hear of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurchaseOrderSent {
    /// The purchase order.
    pub purchase_order_id: PurchaseOrderId,
    /// The number that people use.
    pub number: String,
    /// What the supplier is called.
    pub supplier_name: String,
    /// Where the order is mailed to.
    pub supplier_email: String,
    /// What is ordered.
    pub lines: Vec<PurchaseLine>,
    /// The day on which it is expected (`2026-01-31`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_on: Option<String>,
}

event!(Product v1 PurchaseOrderSent { subject: purchase_order_id });

/// A line of an order to a supplier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurchaseLine {
    /// The product.
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// How many units.
    pub quantity: Quantity,
}

/// All lines of an order have been set aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockReserved {
    /// The order it is for.
    pub order_id: OrderId,
    /// The reservation.
    pub reservation_id: ReservationId,
    /// What is set aside.
    pub lines: Vec<StockLine>,
    /// When it is given up by itself; absent while a saga holds it, for then it never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Product v1 StockReserved { subject: order_id, order: order_id, reply: saga });

/// Nothing has been set aside for an order: a reservation is all or nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockReservationFailed {
    /// The order it was for.
    pub order_id: OrderId,
    /// Why; a code of [`crate::reasons`].
    pub reason: String,
    /// The lines of which there was too little.
    pub shortages: Vec<Shortage>,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Product v1 StockReservationFailed { subject: order_id, order: order_id, reply: saga });

/// Nothing is set aside for an order any more, and none of it will be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockReleased {
    /// The order it was for.
    pub order_id: OrderId,
    /// The reservation, if there ever was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_id: Option<ReservationId>,
    /// What went back.
    pub lines: Vec<StockLine>,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Product v1 StockReleased { subject: order_id, order: order_id, reply: saga });

/// Set all lines of an order aside, or none. Answered by [`StockReserved`] or [`StockReservationFailed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReserveStock {
    /// The order it is for.
    pub order_id: OrderId,
    /// What to set aside.
    pub lines: Vec<StockLine>,
    /// The step that wants an answer.
    #[serde(flatten)]
    pub saga: SagaRef,
}

command!(Product v1 ReserveStock { subject: order_id, order: order_id, saga: saga, replies: [StockReserved, StockReservationFailed] });

/// Put back whatever has been set aside for an order, and set nothing aside any more. Answered by [`StockReleased`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseStock {
    /// The order it is for.
    pub order_id: OrderId,
    /// The step that wants an answer.
    #[serde(flatten)]
    pub saga: SagaRef,
}

command!(Product v1 ReleaseStock { subject: order_id, order: order_id, saga: saga, replies: [StockReleased] });
