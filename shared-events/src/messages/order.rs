//! What order-service says about orders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Address, CartId, Contact, Money, OrderId, OrderLine, PaymentMethod, UserId,
    message::{Superseded, event, superseded},
    messages::wire_words,
};

wire_words! {
    /// Where an order stands, as the shopper sees it.
    OrderStatus {
        /// Accepted; stock and payment are being seen to.
        Placed = "PLACED",
        /// Paid for or promised to be; somebody is being found to bring it.
        Confirmed = "CONFIRMED",
        /// On its way: from here there is no way back.
        OutForDelivery = "OUT_FOR_DELIVERY",
        /// With the shopper.
        Delivered = "DELIVERED",
        /// Being undone.
        Cancelling = "CANCELLING",
        /// Undone: nothing reserved, nothing owed.
        Cancelled = "CANCELLED",
        /// The agent came back with it; somebody has to decide.
        DeliveryFailed = "DELIVERY_FAILED",
    }
}

wire_words! {
    /// Who wanted an order undone.
    CancelledBy {
        /// The shopper.
        Customer = "customer",
        /// Nobody: a step of its saga failed.
        Saga = "saga",
        /// An admin.
        Admin = "admin",
    }
}

/// An order has been accepted. `subtotal - discount + tax + deliveryFee = total`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    /// The order.
    pub order_id: OrderId,
    /// The number that people use.
    pub order_number: String,
    /// Who ordered; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// How to reach a guest; absent for a user, whose contact is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The cart it was made of; absent in orders from the time of version 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart_id: Option<CartId>,
    /// The version of that cart; absent in orders from the time of version 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart_version: Option<u32>,
    /// What is bought.
    pub lines: Vec<OrderLine>,
    /// Sum of the lines.
    pub subtotal: Money,
    /// What bringing it costs.
    pub delivery_fee: Money,
    /// Tax on top.
    pub tax: Money,
    /// Taken off.
    pub discount: Money,
    /// What is to be paid.
    pub total: Money,
    /// How it is to be paid.
    pub payment_method: PaymentMethod,
    /// Where it goes.
    pub shipping_address: Address,
    /// Version of the order after this.
    pub aggregate_version: u32,
}

event!(Order v2 OrderPlaced { subject: order_id, order: order_id });

/// [`OrderPlaced`] before there were discounts, separate taxes and versions of carts. Nothing writes it any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlacedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The number that people use.
    pub order_number: String,
    /// Who ordered; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// How to reach a guest; absent for a user, whose contact is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What is bought.
    pub lines: Vec<OrderLine>,
    /// Sum of the lines.
    pub subtotal: Money,
    /// What bringing it costs.
    pub delivery_fee: Money,
    /// What is to be paid.
    pub total: Money,
    /// How it is to be paid.
    pub payment_method: PaymentMethod,
    /// Where it goes.
    pub shipping_address: Address,
    /// Version of the order after this.
    pub aggregate_version: u32,
}

superseded!(Order v1 OrderPlacedV1 is OrderPlaced { subject: order_id, order: order_id });

impl Superseded for OrderPlacedV1 {
    type Current = OrderPlaced;

    /// Version 1 hid what it had no field for in the total: what is above subtotal and fee was tax, what is below was a
    /// discount. So the sum of version 2 holds for orders of version 1, too.
    fn upcast(self) -> OrderPlaced {
        let currency = self.total.currency();
        let hidden = self
            .total
            .minor()
            .saturating_sub(self.subtotal.minor())
            .saturating_sub(self.delivery_fee.minor());
        OrderPlaced {
            order_id: self.order_id,
            order_number: self.order_number,
            user_id: self.user_id,
            contact: self.contact,
            cart_id: None,
            cart_version: None,
            lines: self.lines,
            subtotal: self.subtotal,
            delivery_fee: self.delivery_fee,
            tax: Money::from_minor(hidden.max(0), currency),
            discount: Money::from_minor(hidden.min(0).saturating_neg(), currency),
            total: self.total,
            payment_method: self.payment_method,
            shipping_address: self.shipping_address,
            aggregate_version: self.aggregate_version,
        }
    }
}

/// An order is paid for, or its payment promised. The reservation becomes a sale, the cart gives up what was ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderConfirmed {
    /// The order.
    pub order_id: OrderId,
    /// The number that people use.
    pub order_number: String,
    /// Who ordered; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The cart it was made of.
    pub cart_id: CartId,
    /// The version of that cart.
    pub cart_version: u32,
    /// What is bought.
    pub lines: Vec<OrderLine>,
    /// What is paid.
    pub total: Money,
    /// Version of the order after this.
    pub aggregate_version: u32,
}

event!(Order v1 OrderConfirmed { subject: order_id, order: order_id });

/// An order has been undone completely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// The number that people use.
    pub order_number: String,
    /// Who ordered; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Why; a code of [`crate::reasons`].
    pub reason: String,
    /// Who wanted it.
    pub cancelled_by: CancelledBy,
    /// What went back to the shopper; absent if nothing had been taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// Version of the order after this.
    pub aggregate_version: u32,
}

event!(Order v1 OrderCancelled { subject: order_id, order: order_id });

/// An order stands elsewhere than before. Published with every change, besides the event that the change has of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderStatusChanged {
    /// The order.
    pub order_id: OrderId,
    /// The number that people use.
    pub order_number: String,
    /// Who ordered; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Where it stood.
    pub from: OrderStatus,
    /// Where it stands now.
    pub to: OrderStatus,
    /// Why, where there is something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Version of the order after this.
    pub aggregate_version: u32,
}

event!(Order v1 OrderStatusChanged { subject: order_id, order: order_id });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, samples};

    fn upcast_with_total(minor: i64) -> OrderPlaced {
        let old = samples::order_placed_v1();
        OrderPlacedV1 {
            total: Money::from_minor(minor, Currency::INR),
            ..old
        }
        .upcast()
    }

    #[test]
    fn the_sum_of_version_two_holds_for_every_order_of_version_one() {
        for total in [0, 1, 43_700, 44_699, 44_700, 44_701, 90_000] {
            let placed = upcast_with_total(total);
            let sum = placed
                .subtotal
                .checked_sub(placed.discount)
                .and_then(|sum| sum.checked_add(placed.tax))
                .and_then(|sum| sum.checked_add(placed.delivery_fee));
            assert_eq!(sum, Ok(placed.total));
            assert!(!placed.tax.is_negative() && !placed.discount.is_negative());
        }
    }

    #[test]
    fn an_order_of_version_one_has_no_cart() {
        let placed = upcast_with_total(1);
        assert_eq!((placed.cart_id, placed.cart_version), (None, None));
    }
}
