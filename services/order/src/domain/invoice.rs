//! The invoice of an order: what its page shows, in words. There is one as soon as the order is confirmed, and it stays when the
//! order is cancelled after that, marked so.

use serde::Serialize;
use shared_events::pricing::Tax;
use shared_events::{Address, OrderStatus, PaymentMethod, Timestamp};

use super::Order;

/// Who sells, as it stands on invoices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seller {
    /// The name.
    pub name: String,
    /// The lines of the address.
    pub address: Vec<String>,
    /// The tax number, with its name.
    pub tax_id: Option<String>,
}

/// Everything that the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// `INV-7K3M-9QXF` of the order `RC-7K3M-9QXF`: one order, one invoice.
    pub number: String,
    /// The order's number.
    pub order_number: String,
    /// The day it was confirmed.
    pub date: String,
    /// The day it was placed.
    pub placed: String,
    /// Whether the order has been undone, or is being so.
    pub cancelled: bool,
    /// Who sells.
    pub seller: Seller,
    /// Who pays.
    pub buyer: String,
    /// The lines of the address it goes to.
    pub address: Vec<String>,
    /// What was bought.
    pub lines: Vec<Line>,
    /// The sum of the lines.
    pub subtotal: String,
    /// What is taken off, if anything is.
    pub discount: Option<String>,
    /// The coupon that takes it off.
    pub coupon: Option<String>,
    /// The tax by rate.
    pub taxes: Vec<Rate>,
    /// All tax.
    pub tax: String,
    /// What delivery costs.
    pub delivery_fee: String,
    /// What is to be paid.
    pub total: String,
    /// How it is paid.
    pub payment: &'static str,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The stock keeping unit.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// What one costs.
    pub unit_price: String,
    /// What they cost.
    pub total: String,
}

/// The tax of one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// The rate: `5 %`.
    pub rate: String,
    /// What it is on.
    pub goods: String,
    /// What it comes to.
    pub tax: String,
}

impl Invoice {
    /// The invoice of an order; `None` if it has never been confirmed.
    pub fn of(order: &Order, seller: &Seller) -> Option<Invoice> {
        let confirmed = order.confirmed_at()?;
        let terms = &order.terms;
        let price = &terms.price;
        let order_number = order.number.to_string();
        Some(Invoice {
            number: format!("INV{}", order_number.trim_start_matches("RC")),
            order_number,
            date: day(confirmed),
            placed: day(order.placed_at),
            cancelled: matches!(
                order.status,
                OrderStatus::Cancelling | OrderStatus::Cancelled
            ),
            seller: seller.clone(),
            buyer: terms.contact.name.clone(),
            address: lines_of(&terms.shipping_address),
            lines: lines(order),
            subtotal: price.subtotal.to_string(),
            discount: (!price.discount.is_zero()).then(|| price.discount.to_string()),
            coupon: terms.coupon_code.clone(),
            taxes: terms.taxes.iter().map(Rate::from).collect(),
            tax: price.tax.to_string(),
            delivery_fee: price.delivery_fee.to_string(),
            total: price.total.to_string(),
            payment: payment(terms.payment_method),
        })
    }
}

impl From<&Tax> for Rate {
    fn from(tax: &Tax) -> Rate {
        Rate {
            rate: percent(tax.basis_points),
            goods: tax.goods.to_string(),
            tax: tax.amount.to_string(),
        }
    }
}

fn lines(order: &Order) -> Vec<Line> {
    let line = |line: &shared_events::OrderLine| Line {
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity: line.quantity.get(),
        unit_price: line.unit_price.to_string(),
        total: line
            .total()
            .expect("the order was priced from this sum")
            .to_string(),
    };
    order.terms.lines.iter().map(line).collect()
}

fn lines_of(address: &Address) -> Vec<String> {
    let mut lines = vec![address.recipient.clone(), address.line1.clone()];
    lines.extend(address.line2.clone());
    lines.push(format!("{} {}", address.postal_code, address.city));
    lines.push(format!("{}, {}", address.state, address.country));
    lines.push(address.phone.clone());
    lines
}

/// The day in UTC.
fn day(at: Timestamp) -> String {
    at.to_utc().date().to_string()
}

fn percent(basis_points: u32) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    let number = match rest {
        0 => whole.to_string(),
        _ => format!("{whole}.{rest:02}")
            .trim_end_matches('0')
            .to_owned(),
    };
    format!("{number} %")
}

fn payment(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cod => "Cash on delivery",
        PaymentMethod::Dummy => "Test payment",
        PaymentMethod::Stripe => "Card (Stripe)",
        PaymentMethod::Razorpay => "Razorpay",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::because::Because;
    use crate::domain::samples::{NOON, order};

    fn seller() -> Seller {
        Seller {
            name: "RevCart".to_owned(),
            address: vec![],
            tax_id: None,
        }
    }

    #[test]
    fn there_is_no_invoice_before_the_order_is_confirmed() {
        let mut order = order();
        assert_eq!(Invoice::of(&order, &seller()), None);
        order.move_to(OrderStatus::Cancelling, Because::default(), NOON);
        assert_eq!(Invoice::of(&order, &seller()), None);
    }

    #[test]
    fn an_invoice_is_named_after_its_order_and_dated_by_its_confirmation() {
        let mut order = order();
        let next_day = NOON + Duration::from_secs(86_400);
        order.move_to(OrderStatus::Confirmed, Because::default(), next_day);
        let invoice = Invoice::of(&order, &seller()).unwrap();
        assert_eq!(
            invoice.number.trim_start_matches("INV"),
            order.number.to_string().trim_start_matches("RC")
        );
        assert_eq!(
            (invoice.placed.as_str(), invoice.date.as_str()),
            ("2026-01-05", "2026-01-06")
        );
        assert_eq!(invoice.lines[0].total, "INR 398.00");
        assert_eq!(invoice.taxes[0].rate, "5 %");
        assert_eq!((invoice.discount, invoice.cancelled), (None, false));
    }

    #[test]
    fn a_confirmed_order_that_is_cancelled_keeps_its_invoice_marked_so() {
        let mut order = order();
        order.move_to(OrderStatus::Confirmed, Because::default(), NOON);
        order.move_to(OrderStatus::Cancelling, Because::default(), NOON);
        assert!(Invoice::of(&order, &seller()).unwrap().cancelled);
    }

    #[test]
    fn rates_are_written_as_people_write_them() {
        for (basis_points, text) in [
            (0, "0 %"),
            (500, "5 %"),
            (1250, "12.5 %"),
            (1205, "12.05 %"),
        ] {
            assert_eq!(percent(basis_points), text);
        }
    }
}
