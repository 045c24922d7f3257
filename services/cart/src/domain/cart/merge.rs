//! What a guest has put together comes into the cart of the user who they turn out to be.

use shared_events::{ItemId, ProductId, Quantity, Timestamp};

use super::{Cart, Item, MOST_ITEMS, MOST_UNITS, Refusal};

/// What has come of taking one cart into another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// Places of the lines that are new or have more units.
    pub changed: Vec<usize>,
    /// What found no room.
    pub left_out: Vec<LeftOut>,
    /// Whether the other cart's coupon was taken over.
    pub coupon: bool,
}

/// Units of a product that found no room.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Of what.
    pub product_id: ProductId,
    /// What it is called.
    pub name: String,
    /// How many.
    pub units: u32,
    /// Why.
    pub why: Refusal,
}

impl Merged {
    /// Whether the cart is another one now.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty() || self.coupon
    }
}

impl Cart {
    /// Adds what is in `other`: quantities are summed up to the limits. A coupon is taken over if there is none yet. Nothing is
    /// taken out of `other`.
    pub fn merge(&mut self, other: &Self, now: Timestamp) -> Merged {
        let mut merged = Merged::default();
        let version = self.next_version(now);
        for item in &other.items {
            match self.take_in(item, version) {
                Ok((place, 0)) => merged.changed.push(place),
                Ok((place, units)) => {
                    if units < item.quantity.get() {
                        merged.changed.push(place);
                    }
                    merged
                        .left_out
                        .push(left_out(item, units, Refusal::TooMany));
                }
                Err(why) => {
                    let units = item.quantity.get();
                    merged.left_out.push(left_out(item, units, why));
                }
            }
        }
        if self.coupon.is_none() && other.coupon.is_some() {
            self.coupon.clone_from(&other.coupon);
            merged.coupon = true;
        }
        if merged.has_changed() {
            self.touched(now);
        }
        merged
    }

    /// Returns the line's place and how many units have found no room.
    fn take_in(&mut self, item: &Item, version: u32) -> Result<(usize, u32), Refusal> {
        if let Some(first) = self.items.first() {
            let currency = first.unit_price.currency();
            if currency != item.unit_price.currency() {
                return Err(Refusal::OtherCurrency(currency));
            }
        }
        let known = |mine: &Item| mine.product_id == item.product_id;
        let Some(place) = self.items.iter().position(known) else {
            if self.items.len() >= MOST_ITEMS {
                return Err(Refusal::Full);
            }
            self.items.push(Item {
                // Lines stand in the order of their ids.
                id: ItemId::new(),
                since_version: version,
                ..item.clone()
            });
            return Ok((self.items.len() - 1, 0));
        };
        let mine = &mut self.items[place];
        let wanted = mine.quantity.get() + item.quantity.get();
        let fits = wanted.min(MOST_UNITS);
        mine.quantity = Quantity::new(fits).expect("there were some already");
        if item.price_version > mine.price_version {
            mine.unit_price = item.unit_price;
            mine.price_version = item.price_version;
        }
        Ok((place, wanted - fits))
    }
}

fn left_out(item: &Item, units: u32, why: Refusal) -> LeftOut {
    LeftOut {
        product_id: item.product_id,
        name: item.name.clone(),
        units,
        why,
    }
}
