//! A line of a cart, and what the catalogue says of its product.

use serde::{Deserialize, Serialize};
use shared_events::pricing::Priced;
use shared_events::{ItemId, Money, OrderLine, ProductId, Quantity};

/// One product in a cart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Identity of the line.
    pub id: ItemId,
    /// What is to be bought.
    pub product_id: ProductId,
    /// The seller's code for it.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// The slug of its category, by which it is taxed.
    pub category: Option<String>,
    /// How many units, 1 to [`super::MOST_UNITS`].
    pub quantity: Quantity,
    /// The price of one unit, as far as this service knows.
    pub unit_price: Money,
    /// The product's version that `unit_price` was taken from; an older one never replaces it.
    pub price_version: u32,
    /// The price of one unit as the shopper last saw it.
    pub seen_price: Money,
    /// Whether there was enough of it when last asked.
    pub available: bool,
    /// The cart's version that this line came with: an order of an earlier version does not contain it.
    pub since_version: u32,
}

/// What the catalogue says of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Which product.
    pub product_id: ProductId,
    /// The seller's code for it.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// The slug of its category.
    pub category: Option<String>,
    /// The price of one unit.
    pub price: Money,
    /// The product's version that this was said at.
    pub version: u32,
    /// Units that could be sold now.
    pub available: i64,
}

/// What the catalogue has answered about the products of a cart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quote {
    /// The products it was asked about.
    pub asked: Vec<ProductId>,
    /// Those of them that it sells.
    pub offers: Vec<Offer>,
}

impl Priced for Item {
    fn unit_price(&self) -> Money {
        self.unit_price
    }

    fn quantity(&self) -> Quantity {
        self.quantity
    }

    fn category(&self) -> Option<&str> {
        self.category.as_deref()
    }
}

impl Item {
    /// Whether the price has changed since the shopper last saw it.
    #[must_use]
    pub fn price_changed(&self) -> bool {
        self.unit_price != self.seen_price
    }

    /// What an order of this line would say, at the price that is known.
    #[must_use]
    pub fn line(&self) -> OrderLine {
        OrderLine {
            product_id: self.product_id,
            sku: self.sku.clone(),
            name: self.name.clone(),
            quantity: self.quantity,
            unit_price: self.unit_price,
        }
    }

    pub(super) fn new(offer: &Offer, quantity: Quantity, since_version: u32) -> Self {
        Self {
            id: ItemId::new(),
            product_id: offer.product_id,
            sku: offer.sku.clone(),
            name: offer.name.clone(),
            category: offer.category.clone(),
            quantity,
            unit_price: offer.price,
            price_version: offer.version,
            seen_price: offer.price,
            available: true,
            since_version,
        }
    }

    /// What the catalogue says, unless it is older than what is known.
    pub(super) fn take_over(&mut self, offer: &Offer) {
        if offer.price.currency() != self.unit_price.currency() {
            // It cannot be bought together with the rest any more.
            self.available = false;
            return;
        }
        if offer.version >= self.price_version {
            self.unit_price = offer.price;
            self.price_version = offer.version;
            self.sku.clone_from(&offer.sku);
            self.name.clone_from(&offer.name);
            self.category.clone_from(&offer.category);
        }
        self.available = offer.available >= i64::from(self.quantity);
    }
}
