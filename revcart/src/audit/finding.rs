//! What an audit finds.

use std::fmt;

use serde::Serialize;
use shared_events::{OrderId, ProductId};

/// Something that breaks an invariant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    /// Which.
    pub(crate) invariant: Invariant,
    /// The order that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order_id: Option<OrderId>,
    /// The product that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) product_id: Option<ProductId>,
    /// What is wrong.
    pub(crate) what: String,
}

/// The invariants of `saga.md`, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Invariant {
    /// 1. For each product: on hand + sold = supplied; reserved = sum of live reservations; none negative.
    Stock,
    /// 2. For each order: what was captured and not refunded is what it costs, or nothing.
    Money,
    /// 3. Every order reaches a final state or needs attention; one order has one saga.
    Finality,
    /// 4. No live reservation, payment or delivery without a live order, and the other way round.
    Liveness,
    /// 5. No message of a saga is lost on its way.
    Messages,
}

impl Finding {
    pub(super) fn of_order(invariant: Invariant, order: OrderId, what: String) -> Self {
        Self {
            invariant,
            order_id: Some(order),
            product_id: None,
            what,
        }
    }

    pub(super) fn of_product(product: ProductId, what: String) -> Self {
        Self {
            invariant: Invariant::Stock,
            order_id: None,
            product_id: Some(product),
            what,
        }
    }

    /// What it is about, for reading.
    pub(super) fn about(&self) -> String {
        match (self.order_id, self.product_id) {
            (Some(order), _) => format!("order {order}"),
            (None, Some(product)) => format!("product {product}"),
            (None, None) => String::new(),
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stock => "stock",
            Self::Money => "money",
            Self::Finality => "finality",
            Self::Liveness => "liveness",
            Self::Messages => "messages",
        })
    }
}
