//! Orders for unit tests.

use shared_events::pricing::{Price, Tax};
use shared_events::{
    Address, CartId, Contact, Currency, Money, OrderId, OrderLine, PaymentMethod, PaymentToken,
    ProductId, Quantity, Timestamp, UserId,
};

use super::{Order, OrderNumber, Terms};

pub(crate) const NOON: Timestamp = Timestamp::from_micros(1_767_614_400_000_000);

pub(crate) fn terms() -> Terms {
    let rupees = |minor| Money::from_minor(minor, Currency::INR);
    Terms {
        user_id: Some(UserId::new()),
        cart_id: CartId::new(),
        cart_version: 3,
        lines: vec![OrderLine {
            product_id: ProductId::new(),
            sku: "TEA-250".to_owned(),
            name: "Assam tea".to_owned(),
            quantity: Quantity::new(2).unwrap(),
            unit_price: rupees(19_900),
        }],
        price: Price {
            subtotal: rupees(39_800),
            discount: rupees(0),
            tax: rupees(1990),
            delivery_fee: rupees(4000),
            total: rupees(45_790),
        },
        taxes: vec![Tax {
            basis_points: 500,
            goods: rupees(39_800),
            amount: rupees(1990),
        }],
        coupon_code: None,
        payment_method: PaymentMethod::Dummy,
        shipping_address: Address {
            recipient: "Asha Rao".to_owned(),
            line1: "12 MG Road".to_owned(),
            line2: None,
            city: "Bengaluru".to_owned(),
            state: "Karnataka".to_owned(),
            postal_code: "560001".to_owned(),
            country: "IN".to_owned(),
            phone: "+91 80 5550 1234".to_owned(),
        },
        contact: Contact {
            name: "Asha Rao".to_owned(),
            email: "asha@example.com".to_owned(),
            phone: None,
        },
        note: None,
    }
}

pub(crate) fn order() -> Order {
    let number = OrderNumber::draw(&mut rand::rng());
    Order::place(
        OrderId::new(),
        number,
        terms(),
        Some(PaymentToken::new("tok_ok")),
        NOON,
    )
}
