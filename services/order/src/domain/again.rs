//! Ordering the same again: what of an order can be had today.

use shared_events::{Money, OrderLine, ProductId, Quantity};

use super::checkout::Offer;

/// What becomes of the lines of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// What can be had.
    pub taken: Vec<Taken>,
    /// What cannot.
    pub left: Vec<Left>,
}

/// So much of a line can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The product.
    pub product_id: ProductId,
    /// What it is called today.
    pub name: String,
    /// How many units.
    pub quantity: Quantity,
    /// What one costs today.
    pub unit_price: Money,
    /// Whether it cost something else then.
    pub price_changed: bool,
}

/// So much of a line cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The product.
    pub product_id: ProductId,
    /// What it was called.
    pub name: String,
    /// How many units.
    pub quantity: Quantity,
    /// Why.
    pub why: Why,
}

/// Why something cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not sold any more.
    NotSold,
    /// There are too few.
    OutOfStock,
    /// There is no room for it in the cart.
    CartFull,
}

impl Again {
    /// There was no room for these in the cart after all.
    pub fn leave(&mut self, refused: &[ProductId]) {
        let is_refused = |taken: &Taken| refused.contains(&taken.product_id);
        let (without_room, taken) = std::mem::take(&mut self.taken)
            .into_iter()
            .partition(is_refused);
        self.taken = taken;
        let without_room: Vec<Taken> = without_room;
        self.left.extend(without_room.into_iter().map(|taken| Left {
            product_id: taken.product_id,
            name: taken.name,
            quantity: taken.quantity,
            why: Why::CartFull,
        }));
    }
}

/// Holds the lines of an order against what is sold today. Of what there is too little the rest is taken.
pub fn order_again(lines: &[OrderLine], offers: &[Offer]) -> Again {
    let mut again = Again::default();
    for line in lines {
        let offer = offers
            .iter()
            .find(|offer| offer.product_id == line.product_id);
        let (had, why) = match offer {
            Some(offer) => (line.quantity.get().min(offer.available), Why::OutOfStock),
            None => (0, Why::NotSold),
        };
        if let (Ok(quantity), Some(offer)) = (Quantity::new(had), offer) {
            again.taken.push(Taken {
                product_id: line.product_id,
                name: offer.name.clone(),
                quantity,
                unit_price: offer.price,
                price_changed: offer.price != line.unit_price,
            });
        }
        if let Ok(quantity) = Quantity::new(line.quantity.get() - had) {
            again.left.push(Left {
                product_id: line.product_id,
                name: line.name.clone(),
                quantity,
                why,
            });
        }
    }
    again
}

#[cfg(test)]
mod tests {
    use shared_events::Currency;

    use super::*;

    fn line(units: u32) -> OrderLine {
        OrderLine {
            product_id: ProductId::new(),
            sku: "TEA-250".to_owned(),
            name: "Assam tea".to_owned(),
            quantity: Quantity::new(units).unwrap(),
            unit_price: Money::from_minor(19_900, Currency::INR),
        }
    }

    fn offer(line: &OrderLine, available: u32) -> Offer {
        Offer {
            product_id: line.product_id,
            sku: line.sku.clone(),
            name: "Assam tea, new harvest".to_owned(),
            price: Money::from_minor(21_900, Currency::INR),
            available,
            category: None,
        }
    }

    #[test]
    fn what_is_sold_is_taken_under_todays_name_and_price() {
        let tea = line(2);
        let again = order_again(std::slice::from_ref(&tea), &[offer(&tea, 5)]);
        assert!(again.left.is_empty());
        let taken = &again.taken[0];
        assert_eq!(
            (
                taken.quantity.get(),
                taken.name.as_str(),
                taken.price_changed
            ),
            (2, "Assam tea, new harvest", true)
        );
    }

    #[test]
    fn of_what_there_is_too_little_the_rest_is_taken() {
        let tea = line(5);
        let again = order_again(std::slice::from_ref(&tea), &[offer(&tea, 3)]);
        assert_eq!(again.taken[0].quantity.get(), 3);
        assert_eq!(
            (again.left[0].quantity.get(), again.left[0].why),
            (2, Why::OutOfStock)
        );
    }

    #[test]
    fn what_there_is_no_room_for_is_left_after_all() {
        let (tea, milk) = (line(2), line(1));
        let lines = [tea.clone(), milk.clone()];
        let mut again = order_again(&lines, &[offer(&tea, 5), offer(&milk, 5)]);
        again.leave(&[milk.product_id]);
        assert_eq!(again.taken.len(), 1);
        assert_eq!(
            (again.left[0].product_id, again.left[0].why),
            (milk.product_id, Why::CartFull)
        );
    }

    #[test]
    fn what_is_gone_or_sold_out_is_left() {
        let (gone, sold_out) = (line(1), line(2));
        let again = order_again(&[gone, sold_out.clone()], &[offer(&sold_out, 0)]);
        assert!(again.taken.is_empty());
        let why: Vec<_> = again.left.iter().map(|left| left.why).collect();
        assert_eq!(why, [Why::NotSold, Why::OutOfStock]);
    }
}
