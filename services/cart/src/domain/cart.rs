//! A cart: what somebody means to buy. Every change raises its version, so that a checkout can name exactly what it bought.

use serde::{Deserialize, Serialize};
use shared_events::pricing::{self, Price, Priced, Tariff, Terms};
use shared_events::{
    CartId, Currency, ItemId, Money, OrderLine, ProductId, Quantity, Timestamp, UserId,
};

/// The most distinct products in a cart.
pub const MOST_ITEMS: usize = 100;
/// The most units of one product in a cart.
pub const MOST_UNITS: u32 = 999;

/// A cart with its items, in the order they were added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cart {
    /// Identity.
    pub id: CartId,
    /// Whose it is; a guest's belongs to nobody.
    pub user_id: Option<UserId>,
    /// Grows with every change of what would be bought; 0 before the first.
    pub version: u32,
    /// The last change made by the shopper; the others (prices, orders) do not count as activity.
    pub active_at: Timestamp,
    /// What is in it.
    pub items: Vec<Item>,
}

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
    /// How many units, 1 to [`MOST_UNITS`].
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

/// What an order has taken out of a cart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenOut {
    /// Products of which nothing is left in it.
    pub gone: Vec<ProductId>,
    /// Lines of which less is left in it.
    pub reduced: Vec<ItemId>,
}

/// Why something cannot be done with a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has as many distinct products as it may.
    #[error("a cart holds at most {MOST_ITEMS} different products")]
    Full,
    /// One product in too many units.
    #[error("a cart holds at most {MOST_UNITS} units of one product")]
    TooMany,
    /// There is no such line.
    #[error("there is no such item in the cart")]
    NoSuchItem,
    /// The product is sold in another currency than the rest of the cart.
    #[error("a cart holds one currency only, this one {0}")]
    OtherCurrency(Currency),
}

impl Cart {
    /// Which cart is a user's: everybody has one, which goes by their own id.
    #[must_use]
    pub fn id_of(user_id: UserId) -> CartId {
        CartId::from_uuid(user_id.as_uuid())
    }

    /// The cart of somebody who has not put anything into it yet.
    #[must_use]
    pub fn of_user(user_id: UserId, now: Timestamp) -> Self {
        Self {
            id: Self::id_of(user_id),
            user_id: Some(user_id),
            version: 0,
            active_at: now,
            items: Vec::new(),
        }
    }

    /// Puts so many units of what is offered into the cart, on top of those that are in it. Returns the line's place.
    ///
    /// # Errors
    /// [`Refusal`], and the cart is as it was.
    pub fn add(
        &mut self,
        offer: &Offer,
        quantity: Quantity,
        now: Timestamp,
    ) -> Result<usize, Refusal> {
        if let Some(item) = self
            .items
            .first()
            .filter(|item| item.unit_price.currency() != offer.price.currency())
        {
            return Err(Refusal::OtherCurrency(item.unit_price.currency()));
        }
        let place = self
            .items
            .iter()
            .position(|item| item.product_id == offer.product_id);
        let already = place.map_or(0, |place| self.items[place].quantity.get());
        let quantity = units(already + quantity.get())?;
        let place = match place {
            Some(place) => {
                self.items[place].quantity = quantity;
                place
            }
            None if self.items.len() >= MOST_ITEMS => return Err(Refusal::Full),
            None => {
                self.items
                    .push(Item::new(offer, quantity, self.version + 1));
                self.items.len() - 1
            }
        };
        self.items[place].take_over(offer);
        self.touched(now);
        Ok(place)
    }

    /// Sets how many units of a line are wanted. Returns the line's place.
    ///
    /// # Errors
    /// [`Refusal`], and the cart is as it was.
    pub fn set_quantity(
        &mut self,
        id: ItemId,
        quantity: Quantity,
        now: Timestamp,
    ) -> Result<usize, Refusal> {
        let place = self
            .items
            .iter()
            .position(|item| item.id == id)
            .ok_or(Refusal::NoSuchItem)?;
        self.items[place].quantity = units(quantity.get())?;
        self.touched(now);
        Ok(place)
    }

    /// Takes a line out.
    ///
    /// # Errors
    /// [`Refusal::NoSuchItem`].
    pub fn remove(&mut self, id: ItemId, now: Timestamp) -> Result<Item, Refusal> {
        let place = self
            .items
            .iter()
            .position(|item| item.id == id)
            .ok_or(Refusal::NoSuchItem)?;
        self.touched(now);
        Ok(self.items.remove(place))
    }

    /// Takes everything out; `false` if there was nothing.
    pub fn clear(&mut self, now: Timestamp) -> bool {
        if self.items.is_empty() {
            return false;
        }
        self.items.clear();
        self.touched(now);
        true
    }

    /// Takes out what was ordered at `version` of this cart. Lines that came later stay whole, of the others what is wanted
    /// beyond the order.
    pub fn take_out(&mut self, version: u32, ordered: &[OrderLine]) -> TakenOut {
        let mut taken = TakenOut::default();
        self.items.retain_mut(|item| {
            let Some(line) = ordered
                .iter()
                .find(|line| line.product_id == item.product_id && item.since_version <= version)
            else {
                return true;
            };
            match Quantity::new(item.quantity.get().saturating_sub(line.quantity.get())) {
                Ok(rest) => {
                    item.quantity = rest;
                    taken.reduced.push(item.id);
                    true
                }
                Err(_) => {
                    taken.gone.push(item.product_id);
                    false
                }
            }
        });
        if taken != TakenOut::default() {
            self.version += 1;
        }
        taken
    }

    /// Takes over what the catalogue says now; products it no longer has leave the cart and are returned, what it was not
    /// asked about stays as it is. The version grows with prices and products, not with how many there are to be had.
    pub fn refresh(&mut self, quote: &Quote) -> Vec<ProductId> {
        let mut gone = Vec::new();
        let mut changed = false;
        self.items.retain_mut(|item| {
            match quote
                .offers
                .iter()
                .find(|offer| offer.product_id == item.product_id)
            {
                Some(offer) => {
                    let price = item.unit_price;
                    item.take_over(offer);
                    changed |= item.unit_price != price;
                    true
                }
                None if !quote.asked.contains(&item.product_id) => true,
                None => {
                    gone.push(item.product_id);
                    false
                }
            }
        });
        if changed || !gone.is_empty() {
            self.version += 1;
        }
        gone
    }

    /// Notes that the shopper has been shown this cart; `true` if that changes anything.
    pub fn shown(&mut self) -> bool {
        let news = self.has_news();
        for item in &mut self.items {
            item.seen_price = item.unit_price;
        }
        news
    }

    /// Whether a price has changed since the shopper last saw it.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.items.iter().any(Item::price_changed)
    }

    /// How many units are in it.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.items
            .iter()
            .map(|item| u64::from(item.quantity.get()))
            .sum()
    }

    /// What it would cost; nothing costs nothing, not even delivery.
    ///
    /// # Errors
    /// When it holds something in another currency than the shop's, or the sum does not fit an amount of money.
    pub fn price(&self, tariff: &Tariff) -> Result<Price, pricing::Error> {
        match pricing::price(&self.items, &Terms::default(), tariff) {
            Err(pricing::Error::Empty) => Ok(Price::nothing(tariff.currency)),
            priced => priced,
        }
    }

    fn touched(&mut self, now: Timestamp) {
        self.version += 1;
        self.active_at = now;
    }
}

impl Priced for Item {
    fn unit_price(&self) -> Money {
        self.unit_price
    }

    fn quantity(&self) -> Quantity {
        self.quantity
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

    fn new(offer: &Offer, quantity: Quantity, since_version: u32) -> Self {
        Self {
            id: ItemId::new(),
            product_id: offer.product_id,
            sku: offer.sku.clone(),
            name: offer.name.clone(),
            quantity,
            unit_price: offer.price,
            price_version: offer.version,
            seen_price: offer.price,
            available: true,
            since_version,
        }
    }

    /// What the catalogue says, unless it is older than what is known.
    fn take_over(&mut self, offer: &Offer) {
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
        }
        self.available = offer.available >= i64::from(self.quantity);
    }
}

fn units(units: u32) -> Result<Quantity, Refusal> {
    Quantity::new(units)
        .ok()
        .filter(|quantity| quantity.get() <= MOST_UNITS)
        .ok_or(Refusal::TooMany)
}

#[cfg(test)]
mod tests;
