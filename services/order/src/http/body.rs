//! An order as clients see it; the same body in every answer that shows one.

use serde::Serialize;
use shared_events::pricing::Tax;
use shared_events::{
    Address, Contact, Money, OrderId, OrderLine, OrderStatus, PaymentMethod, ProductId, Quantity,
    Timestamp, UserId,
};
use utoipa::ToSchema;

use crate::domain::{Moment, Order, Outcome};

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Order)]
pub(crate) struct OrderBody {
    order_id: OrderId,
    order_number: String,
    /// Who ordered; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_id: Option<UserId>,
    /// How to reach a guest; absent for a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact: Option<Contact>,
    status: OrderStatus,
    /// How the checkout settled, once it has: `CONFIRMED` or the code of what failed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    outcome: Option<String>,
    lines: Vec<LineBody>,
    subtotal: Money,
    discount: Money,
    tax: Money,
    /// The tax by rate.
    taxes: Vec<Tax>,
    delivery_fee: Money,
    total: Money,
    /// The coupon that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    coupon_code: Option<String>,
    payment_method: PaymentMethod,
    shipping_address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    note: Option<String>,
    placed_at: Timestamp,
    status_history: Vec<Moment>,
    /// By which a guest sees the order: to be sent as a bearer token. Only in the answer to a checkout.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    order_token: Option<String>,
}

/// A line with its sum.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderedLine)]
pub(crate) struct LineBody {
    product_id: ProductId,
    sku: String,
    name: String,
    quantity: Quantity,
    unit_price: Money,
    line_total: Money,
}

impl OrderBody {
    /// The same with the token that opens it.
    pub(crate) fn opened_by(self, order_token: Option<String>) -> OrderBody {
        OrderBody {
            order_token,
            ..self
        }
    }
}

impl From<&Order> for OrderBody {
    fn from(order: &Order) -> OrderBody {
        let terms = &order.terms;
        OrderBody {
            order_id: order.id,
            order_number: order.number.to_string(),
            user_id: terms.user_id,
            contact: match terms.user_id {
                Some(_) => None,
                None => Some(terms.contact.clone()),
            },
            status: order.status,
            outcome: order.outcome.as_ref().map(|outcome| match outcome {
                Outcome::Confirmed => OrderStatus::Confirmed.to_string(),
                Outcome::Failed(code) => code.clone(),
            }),
            lines: terms.lines.iter().map(LineBody::from).collect(),
            subtotal: terms.price.subtotal,
            discount: terms.price.discount,
            tax: terms.price.tax,
            taxes: terms.taxes.clone(),
            delivery_fee: terms.price.delivery_fee,
            total: terms.price.total,
            coupon_code: terms.coupon_code.clone(),
            payment_method: terms.payment_method,
            shipping_address: terms.shipping_address.clone(),
            note: terms.note.clone(),
            placed_at: order.placed_at,
            status_history: order.history.clone(),
            order_token: None,
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
