//! Lines: so many units of a product, with or without what they cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Money, ProductId, Quantity, money};

/// A line of an order or a cart, with the price of the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// What is bought.
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name as the shopper saw it.
    pub name: String,
    /// How many units.
    pub quantity: Quantity,
    /// What one unit costs.
    pub unit_price: Money,
}

impl OrderLine {
    /// What the whole line costs.
    pub fn total(&self) -> Result<Money, money::Error> {
        self.unit_price.times(self.quantity.get())
    }

    /// The line without its price.
    pub fn stock(&self) -> StockLine {
        StockLine {
            product_id: self.product_id,
            quantity: self.quantity,
        }
    }
}

/// So many units of a product, as the warehouse sees a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockLine {
    /// What is set aside or put back.
    pub product_id: ProductId,
    /// How many units.
    pub quantity: Quantity,
}

/// A line that could not be reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shortage {
    /// What there is too little of.
    pub product_id: ProductId,
    /// How many units were wanted.
    pub requested: Quantity,
    /// How many there were.
    pub available: u32,
}
