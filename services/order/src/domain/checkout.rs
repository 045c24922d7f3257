//! What a cart becomes when it is checked out: lines at the catalogue's prices, or the reason why not.

use shared_events::pricing::Priced;
use shared_events::{Money, OrderLine, ProductId, Quantity, Shortage};

/// One line of a cart, with the price that the shopper was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// What is wanted.
    pub product_id: ProductId,
    /// How many units.
    pub quantity: Quantity,
    /// What one unit cost when the shopper saw it.
    pub seen_price: Money,
}

/// What the catalogue says of a product now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which product.
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// What one unit costs.
    pub price: Money,
    /// Units that can be had now.
    pub available: u32,
    /// The slug of its category, on which the tax depends.
    pub category: Option<String>,
}

/// A line of the order to be, with what its tax depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goods {
    /// The line.
    pub line: OrderLine,
    /// The slug of the product's category.
    pub category: Option<String>,
}

impl Priced for Goods {
    fn unit_price(&self) -> Money {
        self.line.unit_price
    }

    fn quantity(&self) -> Quantity {
        self.line.quantity
    }

    fn category(&self) -> Option<&str> {
        self.category.as_deref()
    }
}

/// Why a cart cannot be ordered as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// These are not sold any more.
    Gone(Vec<ProductId>),
    /// At least one price is not the one that the shopper saw: the lines as they would cost now.
    PriceChanged(Vec<OrderLine>),
    /// There is too little of these.
    OutOfStock(Vec<Shortage>),
}

/// Puts the catalogue's prices on the lines of a cart.
///
/// Refuses what is no longer sold first, then changed prices, then shortages, so that the shopper hears of what they have
/// to do before they hear of what they have to wait for. Whether there is enough is only asked here; the reservation decides.
pub fn agree(cart: &[CartLine], offers: &[Offer]) -> Result<Vec<Goods>, Refusal> {
    if cart.is_empty() {
        return Err(Refusal::Empty);
    }
    let offer_of = |line: &CartLine| {
        offers
            .iter()
            .find(|offer| offer.product_id == line.product_id)
    };
    let gone: Vec<_> = cart
        .iter()
        .filter(|line| offer_of(line).is_none())
        .map(|line| line.product_id)
        .collect();
    if !gone.is_empty() {
        return Err(Refusal::Gone(gone));
    }
    let priced: Vec<_> = cart
        .iter()
        .filter_map(|line| Some((line, offer_of(line)?)))
        .collect();
    let goods: Vec<_> = priced
        .iter()
        .map(|(line, offer)| of_offer(line, offer))
        .collect();
    if priced
        .iter()
        .any(|(line, offer)| line.seen_price != offer.price)
    {
        let lines = goods.into_iter().map(|goods| goods.line);
        return Err(Refusal::PriceChanged(lines.collect()));
    }
    let short: Vec<_> = priced
        .iter()
        .filter(|(line, offer)| line.quantity.get() > offer.available)
        .map(|(line, offer)| Shortage {
            product_id: line.product_id,
            requested: line.quantity,
            available: offer.available,
        })
        .collect();
    if short.is_empty() {
        Ok(goods)
    } else {
        Err(Refusal::OutOfStock(short))
    }
}

fn of_offer(line: &CartLine, offer: &Offer) -> Goods {
    Goods {
        line: OrderLine {
            product_id: line.product_id,
            sku: offer.sku.clone(),
            name: offer.name.clone(),
            quantity: line.quantity,
            unit_price: offer.price,
        },
        category: offer.category.clone(),
    }
}

#[cfg(test)]
mod tests {
    use shared_events::Currency;

    use super::*;

    fn offer(price: i64, available: u32) -> Offer {
        Offer {
            product_id: ProductId::new(),
            sku: "TEA-250".to_owned(),
            name: "Assam tea".to_owned(),
            price: Money::from_minor(price, Currency::INR),
            available,
            category: Some("tea".to_owned()),
        }
    }

    fn wanted(offer: &Offer, quantity: u32) -> CartLine {
        CartLine {
            product_id: offer.product_id,
            quantity: Quantity::new(quantity).unwrap(),
            seen_price: offer.price,
        }
    }

    #[test]
    fn a_cart_at_todays_prices_becomes_the_lines_of_an_order() {
        let (tea, milk) = (offer(19_900, 10), offer(3000, 2));
        let goods = agree(
            &[wanted(&milk, 2), wanted(&tea, 1)],
            &[tea.clone(), milk.clone()],
        )
        .unwrap();
        assert_eq!(goods[0].line.product_id, milk.product_id);
        assert_eq!(
            (goods[1].unit_price(), goods[1].line.name.as_str()),
            (tea.price, "Assam tea")
        );
        assert_eq!(goods[1].category(), Some("tea"));
    }

    #[test]
    fn an_empty_cart_is_refused() {
        assert_eq!(agree(&[], &[offer(1, 1)]), Err(Refusal::Empty));
    }

    #[test]
    fn a_product_that_is_gone_is_named() {
        let (tea, gone) = (offer(100, 1), offer(100, 1));
        let refused = agree(&[wanted(&tea, 1), wanted(&gone, 1)], &[tea]);
        assert_eq!(refused, Err(Refusal::Gone(vec![gone.product_id])));
    }

    #[test]
    fn a_changed_price_is_refused_with_the_new_lines_whether_it_rose_or_fell() {
        for new_price in [20_100, 15_000] {
            let old = offer(19_900, 10);
            let new = Offer {
                price: Money::from_minor(new_price, Currency::INR),
                ..old.clone()
            };
            let Err(Refusal::PriceChanged(lines)) =
                agree(&[wanted(&old, 1)], std::slice::from_ref(&new))
            else {
                panic!("accepted at another price");
            };
            assert_eq!(lines[0].unit_price, new.price);
        }
    }

    #[test]
    fn more_than_there_is_is_refused_with_what_there_is() {
        let tea = offer(100, 3);
        let refused = agree(&[wanted(&tea, 4)], std::slice::from_ref(&tea));
        let shortage = Shortage {
            product_id: tea.product_id,
            requested: Quantity::new(4).unwrap(),
            available: 3,
        };
        assert_eq!(refused, Err(Refusal::OutOfStock(vec![shortage])));
        assert!(agree(&[wanted(&tea, 3)], std::slice::from_ref(&tea)).is_ok());
    }
}
