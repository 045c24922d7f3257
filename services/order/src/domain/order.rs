//! An order: what was bought, from whom it is owed, where it stands. Its saga decides what becomes of it; the order keeps
//! the record and says what changed.

use shared_events::pricing::{Price, Tax};
use shared_events::{
    Address, CancelledBy, CartId, Contact, Money, OrderCancelled, OrderConfirmed, OrderId,
    OrderLine, OrderPlaced, OrderStatus, OrderStatusChanged, PaymentMethod, PaymentToken,
    Timestamp, UserId,
};

use super::because::Because;
use super::number::OrderNumber;

/// An order as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// What was agreed on.
    pub terms: Terms,
    /// The gateway's single-use token, until the payment step has been answered.
    pub payment_token: Option<PaymentToken>,
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

/// What was agreed on at the checkout; never changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
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
    /// The tax by rate; nothing in orders from before rates were kept.
    pub taxes: Vec<Tax>,
    /// The coupon that was used.
    pub coupon_code: Option<String>,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// Where it goes.
    pub shipping_address: Address,
    /// How to reach whoever ordered.
    pub contact: Contact,
    /// What the shopper wanted to say.
    pub note: Option<String>,
}

/// A status and since when.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// The status.
    pub status: OrderStatus,
    /// Since when.
    pub at: Timestamp,
    /// Why, where there is something to say: a code, or the words of whoever brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// The words of whoever cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note: Option<String>,
}

/// How a checkout settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Paid for, and somebody brings it.
    Confirmed,
    /// Undone, for this reason: a code such as `OUT_OF_STOCK`.
    Failed(String),
}

impl Order {
    /// A new order.
    pub fn place(
        id: OrderId,
        number: OrderNumber,
        terms: Terms,
        payment_token: Option<PaymentToken>,
        now: Timestamp,
    ) -> Order {
        Order {
            id,
            number,
            terms,
            payment_token,
            status: OrderStatus::Placed,
            outcome: None,
            history: vec![Moment {
                status: OrderStatus::Placed,
                at: now,
                reason: None,
                note: None,
            }],
            placed_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// Whether the order still holds the version of the cart it was made of: no other order may be made of it.
    pub fn holds_cart(&self) -> bool {
        self.status != OrderStatus::Cancelled
    }

    /// Whether nothing more will happen to the order by itself.
    pub fn is_final(&self) -> bool {
        matches!(self.status, OrderStatus::Cancelled | OrderStatus::Delivered)
    }

    /// Whether it has ever been confirmed, whatever has become of it since: then there is an invoice.
    pub fn confirmed_at(&self) -> Option<Timestamp> {
        let confirmed = |moment: &&Moment| moment.status == OrderStatus::Confirmed;
        self.history.iter().find(confirmed).map(|moment| moment.at)
    }

    /// Notes where the order stands now. `None` if it has stood there before this already.
    pub fn move_to(
        &mut self,
        to: OrderStatus,
        because: Because,
        now: Timestamp,
    ) -> Option<OrderStatusChanged> {
        if self.status == to {
            return None;
        }
        let from = std::mem::replace(&mut self.status, to);
        let Because { reason, note } = because;
        self.history.push(Moment {
            status: to,
            at: now,
            reason: reason.clone(),
            note,
        });
        self.touch(now);
        Some(OrderStatusChanged {
            order_id: self.id,
            order_number: self.number.to_string(),
            user_id: self.terms.user_id,
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

    /// The event that says that the order has been accepted.
    pub fn placed(&self) -> OrderPlaced {
        OrderPlaced {
            order_id: self.id,
            order_number: self.number.to_string(),
            user_id: self.terms.user_id,
            contact: self
                .terms
                .user_id
                .is_none()
                .then(|| self.terms.contact.clone()),
            cart_id: Some(self.terms.cart_id),
            cart_version: Some(self.terms.cart_version),
            lines: self.terms.lines.clone(),
            subtotal: self.terms.price.subtotal,
            delivery_fee: self.terms.price.delivery_fee,
            tax: self.terms.price.tax,
            discount: self.terms.price.discount,
            total: self.terms.price.total,
            payment_method: self.terms.payment_method,
            shipping_address: self.terms.shipping_address.clone(),
            aggregate_version: self.version,
        }
    }

    /// The event that says that the order is paid for.
    pub fn confirmed(&self) -> OrderConfirmed {
        OrderConfirmed {
            order_id: self.id,
            order_number: self.number.to_string(),
            user_id: self.terms.user_id,
            cart_id: self.terms.cart_id,
            cart_version: self.terms.cart_version,
            lines: self.terms.lines.clone(),
            total: self.terms.price.total,
            aggregate_version: self.version,
        }
    }

    /// Why it was given up: what stands beside the last CANCELLING, which it was just before it was CANCELLED.
    pub fn reason_of_cancelling(&self) -> Option<&str> {
        let moment = self.history.iter().rev().nth(1)?;
        let cancelling = moment.status == OrderStatus::Cancelling;
        moment.reason.as_deref().filter(|_| cancelling)
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
            user_id: self.terms.user_id,
            reason,
            cancelled_by: by,
            refunded,
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
