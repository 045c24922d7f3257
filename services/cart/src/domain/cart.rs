//! A cart: what somebody means to buy. Every change raises its version, so that a checkout can name exactly what it bought.

mod item;
pub mod merge;
pub mod sums;

use serde::{Deserialize, Serialize};
use shared_events::{CartId, Currency, ItemId, OrderLine, ProductId, Quantity, Timestamp, UserId};

use super::{Code, Owner};

pub use item::{Item, Offer, Quote};

/// The most distinct products in a cart.
pub const MOST_ITEMS: usize = 100;
/// The most units of one product in a cart.
pub const MOST_UNITS: u32 = 999;

/// The beginning of 2025, from which versions of guests' carts count the seconds.
const GUESTS_BEGIN: i64 = 1_735_689_600;

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
    /// The coupon that its shopper means to use, whether it is of any use or not.
    pub coupon: Option<Code>,
    /// What is in it.
    pub items: Vec<Item>,
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
    /// The cart of a user who has not put anything into it yet.
    #[must_use]
    pub fn of_user(user_id: UserId, now: Timestamp) -> Self {
        Self::of(Owner::User(user_id), now)
    }

    /// The cart of somebody who has not put anything into it yet. Everybody has one, which goes by an id made of their own.
    #[must_use]
    pub fn of(owner: Owner, now: Timestamp) -> Self {
        Self {
            user_id: owner.user_id(),
            ..Self::empty(owner.cart_id(), now)
        }
    }

    /// A cart that nobody has put anything into yet, whoever it may belong to.
    #[must_use]
    pub fn empty(id: CartId, now: Timestamp) -> Self {
        Self {
            id,
            user_id: None,
            version: 0,
            active_at: now,
            coupon: None,
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
                let version = self.next_version(now);
                self.items.push(Item::new(offer, quantity, version));
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

    /// The line of a product.
    ///
    /// # Errors
    /// [`Refusal::NoSuchItem`].
    pub fn item_of(&self, product: ProductId) -> Result<ItemId, Refusal> {
        let item = self.items.iter().find(|item| item.product_id == product);
        item.map(|item| item.id).ok_or(Refusal::NoSuchItem)
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
        if self.items.is_empty() && self.coupon.is_none() {
            return false;
        }
        self.items.clear();
        self.coupon = None;
        self.touched(now);
        true
    }

    /// Puts a coupon in, in the place of any other; or takes it out. `false` if that changes nothing.
    pub fn use_coupon(&mut self, coupon: Option<Code>, now: Timestamp) -> bool {
        if self.coupon == coupon {
            return false;
        }
        self.coupon = coupon;
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
            self.changed_by_itself();
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
            self.changed_by_itself();
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

    /// The version after a change that its shopper makes. A guest's cart is deleted some time after the last one, and may come back:
    /// it begins with the time in seconds, so that no version comes twice.
    fn next_version(&self, now: Timestamp) -> u32 {
        if self.version == 0 && self.user_id.is_none() {
            let seconds = now.micros() / 1_000_000 - GUESTS_BEGIN;
            return u32::try_from(seconds).unwrap_or(1).max(1);
        }
        self.version + 1
    }

    fn touched(&mut self, now: Timestamp) {
        self.version = self.next_version(now);
        self.active_at = now;
    }

    /// An order or the catalogue has changed it. Nothing is left of what the coupon was meant for if it is empty now.
    fn changed_by_itself(&mut self) {
        self.version += 1;
        if self.items.is_empty() {
            self.coupon = None;
        }
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
