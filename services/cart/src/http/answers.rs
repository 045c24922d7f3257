//! What several endpoints answer with.

use revcart_http_edge::Answer;
use serde::Serialize;
use shared_events::pricing::{self, Tariff};
use shared_events::{CartId, ItemId, Money, ProductId, Quantity};

use super::problems::unpriceable;
use crate::domain::cart;

/// A cart as its shopper sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cart {
    cart_id: CartId,
    version: u32,
    items: Vec<Item>,
    subtotal: Money,
    discount: Money,
    tax: Money,
    delivery_fee: Money,
    total: Money,
}

/// One product in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_id: ItemId,
    product_id: ProductId,
    sku: String,
    name: String,
    quantity: Quantity,
    unit_price: Money,
    line_total: Money,
    /// Since the shopper saw it last.
    price_changed: bool,
    /// Whether there were enough units when last asked.
    available: bool,
}

impl Cart {
    /// The cart with what it would cost.
    pub(super) fn of(cart: &cart::Cart, tariff: &Tariff) -> Answer<Self> {
        let price = cart.price(tariff).map_err(unpriceable)?;
        let items: Result<_, pricing::Error> = cart.items.iter().map(Item::of).collect();
        Ok(Self {
            cart_id: cart.id,
            version: cart.version,
            items: items.map_err(unpriceable)?,
            subtotal: price.subtotal,
            discount: price.discount,
            tax: price.tax,
            delivery_fee: price.delivery_fee,
            total: price.total,
        })
    }
}

impl Item {
    fn of(item: &cart::Item) -> Result<Self, pricing::Error> {
        Ok(Self {
            item_id: item.id,
            product_id: item.product_id,
            sku: item.sku.clone(),
            name: item.name.clone(),
            quantity: item.quantity,
            unit_price: item.unit_price,
            line_total: item.unit_price.times(item.quantity.get())?,
            price_changed: item.price_changed(),
            available: item.available,
        })
    }
}
