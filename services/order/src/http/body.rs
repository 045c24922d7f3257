//! An order as clients see it; the same body in every answer that shows one.

use serde::Serialize;
use shared_events::{
    Address, Money, OrderId, OrderLine, OrderStatus, PaymentMethod, ProductId, Quantity, Timestamp,
    UserId,
};

use crate::domain::{Moment, Order, Outcome};

/// The body.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderBody {
    order_id: OrderId,
    order_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    status: OrderStatus,
    /// How the checkout settled, once it has: `CONFIRMED` or the code of what failed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    lines: Vec<LineBody>,
    subtotal: Money,
    discount: Money,
    tax: Money,
    delivery_fee: Money,
    total: Money,
    payment_method: PaymentMethod,
    shipping_address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    placed_at: Timestamp,
    status_history: Vec<Moment>,
}

/// A line with its sum.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineBody {
    product_id: ProductId,
    sku: String,
    name: String,
    quantity: Quantity,
    unit_price: Money,
    line_total: Money,
}

impl From<&Order> for OrderBody {
    fn from(order: &Order) -> OrderBody {
        OrderBody {
            order_id: order.id,
            order_number: order.number.to_string(),
            user_id: order.terms.user_id,
            status: order.status,
            outcome: order.outcome.as_ref().map(|outcome| match outcome {
                Outcome::Confirmed => OrderStatus::Confirmed.to_string(),
                Outcome::Failed(code) => code.clone(),
            }),
            lines: order.terms.lines.iter().map(LineBody::from).collect(),
            subtotal: order.terms.price.subtotal,
            discount: order.terms.price.discount,
            tax: order.terms.price.tax,
            delivery_fee: order.terms.price.delivery_fee,
            total: order.terms.price.total,
            payment_method: order.terms.payment_method,
            shipping_address: order.terms.shipping_address.clone(),
            note: order.terms.note.clone(),
            placed_at: order.placed_at,
            status_history: order.history.clone(),
        }
    }
}

impl From<&OrderLine> for LineBody {
    fn from(line: &OrderLine) -> LineBody {
        LineBody {
            product_id: line.product_id,
            sku: line.sku.clone(),
            name: line.name.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            line_total: line.total().expect("the order was priced from this sum"),
        }
    }
}
