//! What the saga has to know of an order so that it can write its commands.

use serde::{Deserialize, Serialize};
use shared_events::{
    Address, Contact, Money, OrderId, OrderLine, PaymentMethod, PaymentToken, UserId,
};

/// The order as it was placed. Never changes, so it is kept once and not in the instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderFacts {
    /// The order. The saga's own identity is made of it: one order, one saga.
    pub order_id: OrderId,
    /// Who ordered; `None` for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What is bought.
    pub lines: Vec<OrderLine>,
    /// What is to be paid.
    pub total: Money,
    /// How.
    pub payment_method: PaymentMethod,
    /// A single-use token of the payment gateway. Needed for `RequestPayment` only, so a store may forget it after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// Where it goes.
    pub shipping_address: Address,
    /// Whom to ask.
    pub contact: Contact,
}
