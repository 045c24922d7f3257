//! An order: what was bought, from whom it is owed, where it stands. Its saga decides what becomes of it; the order keeps
//! the record and says what changed.

use shared_events::pricing::Price;
use shared_events::{
    Address, CancelledBy, CartId, Contact, Money, OrderCancelled, OrderConfirmed, OrderId,
    OrderLine, OrderPlaced, OrderStatus, OrderStatusChanged, PaymentMethod, PaymentToken,
    Timestamp, UserId,
};

use super::number::OrderNumber;

/// An order as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// Who ordered; a guest is nobody.
    pub user_id: Option<UserId>,
    /// The cart it was made of.
    pub cart_id: CartId,
    /// The version of that cart; it has one live order at most.
    pub cart_version: u32,
    /// What is bought, at the prices of the checkout.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub price: Price,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// The gateway's single-use token, until the payment step has been answered.
    pub payment_token: Option<PaymentToken>,
    /// Where it goes.
    pub shipping_address: Address,
    /// How to reach whoever ordered.
    pub contact: Contact,
    /// What the shopper wanted to say.
    pub note: Option<String>,
    /// Where it stands.
    pub status: OrderStatus,
    /// How the checkout settled, once it has.
    pub outcome: Option<Outcome>,
    /// Where it has stood, first to last; the last entry is the status.
    pub history: Vec<Moment>,
    /// When it was accepted.
    pub placed_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: u32,
}

/// A status and since when.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// The status.
    pub status: OrderStatus,
    /// Since when.
    pub at: Timestamp,
    /// Why, where there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a checkout settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Paid for, and somebody brings it.
    Confirmed,
    /// Undone, for this reason: a code such as `OUT_OF_STOCK`.
    Failed(String),
}

/// What a checkout hands over.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// Identity of the order to be.
    pub id: OrderId,
    /// Its number.
    pub number: OrderNumber,
    /// Who orders.
    pub user_id: Option<UserId>,
    /// The cart.
    pub cart_id: CartId,
    /// Its version.
    pub cart_version: u32,
    /// What is bought.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub price: Price,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// The gateway's token.
    pub payment_token: Option<PaymentToken>,
    /// Where it goes.
    pub shipping_address: Address,
    /// Whom to reach.
    pub contact: Contact,
    /// What the shopper wanted to say.
    pub note: Option<String>,
}

impl Order {
    /// A new order, and the event that tells of it.
    pub fn place(placement: Placement, now: Timestamp) -> (Order, OrderPlaced) {
        let Placement {
            id,
            number,
            user_id,
            cart_id,
            cart_version,
            lines,
            price,
            ..
        } = placement;
        let order = Order {
            id,
            number,
            user_id,
            cart_id,
            cart_version,
            lines,
            price,
            payment_method: placement.payment_method,
            payment_token: placement.payment_token,
            shipping_address: placement.shipping_address,
            contact: placement.contact,
            note: placement.note,
            status: OrderStatus::Placed,
            outcome: None,
            history: vec![Moment {
                status: OrderStatus::Placed,
                at: now,
                reason: None,
            }],
            placed_at: now,
            updated_at: now,
            version: 1,
        };
        let placed = order.placed();
        (order, placed)
    }

    /// Whether the order still holds the version of the cart it was made of: no other order may be made of it.
    pub fn holds_cart(&self) -> bool {
        self.status != OrderStatus::Cancelled
    }

    /// Whether nothing more will happen to the order by itself.
    pub fn is_final(&self) -> bool {
        matches!(self.status, OrderStatus::Cancelled | OrderStatus::Delivered)
    }

    /// Notes where the order stands now. `None` if it has stood there before this already.
    pub fn move_to(
        &mut self,
        to: OrderStatus,
        reason: Option<String>,
        now: Timestamp,
    ) -> Option<OrderStatusChanged> {
        if self.status == to {
            return None;
        }
        let from = std::mem::replace(&mut self.status, to);
        self.history.push(Moment {
            status: to,
            at: now,
            reason: reason.clone(),
        });
        self.touch(now);
        Some(OrderStatusChanged {
            order_id: self.id,
            order_number: self.number.to_string(),
            user_id: self.user_id,
            from,
            to,
            reason,
            aggregate_version: self.version,
        })
    }

    /// Notes how the checkout settled.
    pub fn settle(&mut self, outcome: Outcome, now: Timestamp) {
        if self.outcome.as_ref() != Some(&outcome) {
            self.outcome = Some(outcome);
            self.touch(now);
        }
    }

    /// Forgets the gateway's token: it has served.
    pub fn wipe_payment_token(&mut self, now: Timestamp) {
        if self.payment_token.take().is_some() {
            self.touch(now);
        }
    }

    /// The event that says that the order is paid for.
    pub fn confirmed(&self) -> OrderConfirmed {
        OrderConfirmed {
            order_id: self.id,
            order_number: self.number.to_string(),
            user_id: self.user_id,
            cart_id: self.cart_id,
            cart_version: self.cart_version,
            lines: self.lines.clone(),
            total: self.price.total,
            aggregate_version: self.version,
        }
    }

    /// The event that says that the order has been undone.
    pub fn cancelled(
        &self,
        by: CancelledBy,
        reason: String,
        refunded: Option<Money>,
    ) -> OrderCancelled {
        OrderCancelled {
            order_id: self.id,
            order_number: self.number.to_string(),
            user_id: self.user_id,
            reason,
            cancelled_by: by,
            refunded,
            aggregate_version: self.version,
        }
    }

    fn placed(&self) -> OrderPlaced {
        OrderPlaced {
            order_id: self.id,
            order_number: self.number.to_string(),
            user_id: self.user_id,
            contact: self.user_id.is_none().then(|| self.contact.clone()),
            cart_id: Some(self.cart_id),
            cart_version: Some(self.cart_version),
            lines: self.lines.clone(),
            subtotal: self.price.subtotal,
            delivery_fee: self.price.delivery_fee,
            tax: self.price.tax,
            discount: self.price.discount,
            total: self.price.total,
            payment_method: self.payment_method,
            shipping_address: self.shipping_address.clone(),
            aggregate_version: self.version,
        }
    }

    fn touch(&mut self, now: Timestamp) {
        self.version += 1;
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests;
