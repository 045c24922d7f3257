//! What cart-service says about what shoppers want but have not bought.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CartId, Money, OrderLine, ProductId, Quantity, Timestamp, UserId, message::event};

/// A shopper has put something into a cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartItemAdded {
    /// The cart.
    pub cart_id: CartId,
    /// Whose it is; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What was added.
    pub product_id: ProductId,
    /// How many units were added.
    pub quantity: Quantity,
    /// What a unit costs.
    pub unit_price: Money,
}

event!(Cart v1 CartItemAdded { subject: cart_id });

/// Nobody has touched a cart for so long that the shopper may need a reminder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartAbandoned {
    /// The cart.
    pub cart_id: CartId,
    /// Whose it is; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What lies in it.
    pub items: Vec<OrderLine>,
    /// What that costs.
    pub total: Money,
    /// When it was touched last.
    pub last_activity_at: Timestamp,
}

event!(Cart v1 CartAbandoned { subject: cart_id });
