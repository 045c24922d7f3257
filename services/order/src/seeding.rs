//! Filling the order database with orders of the past, for trials of how it behaves when it is large.
//!
//! They are what is left of checkouts for which there was no stock: settled, with their saga and its log, and without
//! anything that another service would have to know of. So every invariant holds over them, and nothing waits for them.

use rand::Rng;
use revcart_persistence::{Database, Error};
use saga::order::{Input, Settings, Transition};
use sea_orm::ConnectionTrait;
use shared_events::pricing::{Price, Tax};
use shared_events::{
    Address, AnyMessage, CartId, Contact, Currency, Money, OrderId, OrderLine, PaymentMethod,
    ProductId, Quantity, StockReservationFailed, Timestamp, UserId, reasons,
};

use crate::domain::because::Because;
use crate::domain::{Order, OrderNumber, Terms, progress};
use crate::store::orders::NUMBER_TAKEN;
use crate::store::saga_log::Decision;
use crate::store::sagas::Stored;
use crate::store::{orders, saga_log, sagas};

/// How often a batch is written anew because one of its numbers was taken.
const ATTEMPTS: usize = 5;

/// Whose orders they are.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Somebody who has many of them.
    pub user: Option<UserId>,
    /// How many of a hundred are theirs; the others are of shoppers who have bought once.
    pub percent: u32,
    /// When the last change of all of them was.
    pub at: Timestamp,
}

/// Whether there is no order.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_empty(database: &Database) -> Result<bool, Error> {
    Ok(orders::all(database.read(), None, 1).await?.is_empty())
}

/// Adds `count` settled orders in one transaction.
///
/// # Errors
/// When the database refuses them.
pub async fn insert(database: &Database, plan: &Plan, count: usize) -> Result<(), Error> {
    let mut attempt = 1;
    loop {
        // Drawn anew each time, because a number may be taken: of a million one pair in two tries is the same.
        let drawn = batch(plan, count);
        let written = database
            .write(drawn, |unit, drawn| {
                Box::pin(async move { write(unit.sql(), drawn).await })
            })
            .await;
        match written {
            Err(error) if attempt < ATTEMPTS && error.violates(NUMBER_TAKEN.0, NUMBER_TAKEN.1) => {
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// Orders with their sagas and logs.
#[derive(Clone, Default)]
struct Batch {
    orders: Vec<Order>,
    sagas: Vec<Stored>,
    log: Vec<Decision>,
}

async fn write(sql: &impl ConnectionTrait, batch: &Batch) -> Result<(), Error> {
    orders::insert_all(sql, &batch.orders).await?;
    sagas::insert_all(sql, &batch.sagas).await?;
    Ok(saga_log::append(sql, &batch.log).await?)
}

fn batch(plan: &Plan, count: usize) -> Batch {
    let mut batch = Batch::default();
    for _ in 0..count {
        let is_theirs = rand::rng().random_range(0..100) < plan.percent;
        let user = plan.user.filter(|_| is_theirs).unwrap_or_else(UserId::new);
        add(&mut batch, user, plan.at);
    }
    batch
}

/// Has the saga decide what it would decide of an order for which there is no stock.
fn add(batch: &mut Batch, user: UserId, at: Timestamp) {
    let settings = Settings::default();
    let number = OrderNumber::draw(&mut rand::rng());
    let mut order = Order::place(OrderId::new(), number, terms(user), None, at);
    let facts = progress::facts(&order);
    let begun = saga::order::start(&facts, &settings, at);
    let refused = refusal(&order, &begun)
        .map(|input| saga::order::decide(&begun.instance, &facts, &settings, input, at));
    let turns: Vec<Transition> = [begun].into_iter().chain(refused).collect();
    for (number, turn) in (1..).zip(turns.iter().cloned()) {
        let because = Because::default();
        progress::follow(&mut order, &turn.instance, (turn.changes, because), at);
        batch.log.push(Decision {
            order_id: order.id,
            number,
            at,
            entries: turn.log,
        });
    }
    if let Some(last) = turns.last() {
        batch.sagas.push(Stored {
            order_id: order.id,
            instance: last.instance.clone(),
            started_at: at,
            updated_at: at,
            version: i64::try_from(turns.len()).unwrap_or(i64::MAX),
        });
    }
    batch.orders.push(order);
}

/// What product-service would have answered.
fn refusal(order: &Order, begun: &Transition) -> Option<Input> {
    let asked = begun.commands.iter().find_map(|command| match command {
        AnyMessage::ReserveStock(command) => Some(command.saga.clone()),
        _ => None,
    })?;
    let answer = StockReservationFailed {
        order_id: order.id,
        reason: reasons::INSUFFICIENT_STOCK.to_owned(),
        shortages: Vec::new(),
        saga: Some(asked),
    };
    Input::from_message(&answer.into())
}

fn terms(user: UserId) -> Terms {
    let rupees = |minor| Money::from_minor(minor, Currency::INR);
    let line = |sku: &str, name: &str, units| OrderLine {
        product_id: ProductId::new(),
        sku: sku.to_owned(),
        name: name.to_owned(),
        quantity: Quantity::new(units).expect("it is a small number of units"),
        unit_price: rupees(19_900),
    };
    Terms {
        user_id: Some(user),
        cart_id: CartId::new(),
        cart_version: 1,
        lines: vec![line("TEA-250", "Assam tea", 1), line("CUP-2", "Cup", 2)],
        price: Price {
            subtotal: rupees(59_700),
            discount: rupees(0),
            tax: rupees(2_985),
            delivery_fee: rupees(0),
            total: rupees(62_685),
        },
        taxes: vec![Tax {
            basis_points: 500,
            goods: rupees(59_700),
            amount: rupees(2_985),
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

#[cfg(test)]
mod tests {
    use shared_events::OrderStatus;

    use super::*;

    #[test]
    fn what_is_seeded_is_settled_and_waits_for_nothing() {
        let user = UserId::new();
        let plan = Plan {
            user: Some(user),
            percent: 100,
            at: crate::domain::samples::NOON,
        };
        let batch = batch(&plan, 20);
        assert_eq!(
            (batch.orders.len(), batch.sagas.len(), batch.log.len()),
            (20, 20, 40)
        );
        for (order, saga) in batch.orders.iter().zip(&batch.sagas) {
            assert_eq!(order.status, OrderStatus::Cancelled);
            assert_eq!(order.terms.user_id, Some(user));
            assert!(!order.holds_cart() && order.outcome.is_some());
            assert_eq!(saga.order_id, order.id);
            assert_eq!(saga.instance.state(), saga::order::State::Compensated);
            assert_eq!(saga.instance.deadline(), None);
            assert_eq!(saga.version, 2, "it is the number of the last log row");
        }
    }
}
