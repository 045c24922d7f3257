//! Facts for `revcart audit`, read from a live or a stopped database. It judges nothing: the invariants are checked where
//! the facts of all services come together.

use std::collections::HashMap;

use revcart_persistence::Database;
use shared_events::{Money, OrderId, PaymentId, PaymentMethod};

use crate::domain::payment::{self, Phase};
use crate::store::Error;
use crate::store::dummy_ledger::{self, Sums};
use crate::store::payments::{self, Record};

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The gateway is to take the money.
    Open,
    /// Cash is promised.
    Authorized,
    /// The money was taken.
    Captured,
    /// Nothing was taken, and nothing will be.
    Failed,
    /// It is being closed.
    Closing,
    /// Nothing can be taken any more, and what was went back.
    Closed,
}

/// The money of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    /// The payment.
    pub payment_id: PaymentId,
    /// Its order.
    pub order_id: OrderId,
    /// How it is paid; none if it was closed before it was asked for (a tombstone).
    pub method: Option<PaymentMethod>,
    /// What is to be paid; none for a tombstone.
    pub amount: Option<Money>,
    /// Where it stands.
    pub standing: Standing,
    /// Whether something is still to come of it: money may be taken without another command, or is on its way back.
    pub is_live: bool,
    /// Taken, in minor units.
    pub captured: i64,
    /// Given back, in minor units.
    pub refunded: i64,
    /// As much of that because somebody wanted it by hand, in minor units.
    pub manual_refunded: i64,
    /// Whether the gateway is not to be asked about it any more, or not before somebody does something.
    pub is_at_rest: bool,
    /// What the gateway has on its books, where they can be read: those of the gateway for tests.
    pub at_gateway: Option<GatewaySums>,
}

/// What a gateway has on its books of one payment, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GatewaySums {
    /// Taken, by all tries together.
    pub captured: i64,
    /// Given back.
    pub refunded: i64,
}

impl PaymentFacts {
    /// Whether nothing can be taken any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.standing == Standing::Closed
    }
}

/// Payments in the order of their ids, at most `limit` from after `after` on; fewer than `limit` on the last page.
///
/// # Errors
/// When the database cannot be read.
pub async fn payments(
    database: &Database,
    after: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<PaymentFacts>, Error> {
    let page = payments::page(database.read(), after, limit).await?;
    with_books(database, page).await
}

/// The payment of an order; none if nobody has heard of it.
///
/// # Errors
/// When the database cannot be read.
pub async fn payment_of(
    database: &Database,
    order: OrderId,
) -> Result<Option<PaymentFacts>, Error> {
    let id = payment::of_order(order);
    let record = payments::find(database.read(), id).await?;
    let page = record.map(|record| (id, record)).into_iter().collect();
    Ok(with_books(database, page).await?.pop())
}

async fn with_books(
    database: &Database,
    page: Vec<(PaymentId, Record)>,
) -> Result<Vec<PaymentFacts>, Error> {
    let (Some((first, _)), Some((last, _))) = (page.first(), page.last()) else {
        return Ok(vec![]);
    };
    let books = dummy_ledger::sums(database.read(), *first, *last).await?;
    let facts = |(id, record): &(PaymentId, Record)| PaymentFacts {
        at_gateway: books_of(&books, *id, record),
        ..facts(*id, record)
    };
    Ok(page.iter().map(facts).collect())
}

/// A payment that never came to the gateway for tests stands on its books with nothing.
fn books_of(
    books: &HashMap<PaymentId, Sums>,
    id: PaymentId,
    record: &Record,
) -> Option<GatewaySums> {
    let bill = record.state.bill()?;
    let Sums { captured, refunded } = books.get(&id).copied().unwrap_or_default();
    (bill.method == PaymentMethod::Dummy).then_some(GatewaySums { captured, refunded })
}

fn facts(id: PaymentId, record: &Record) -> PaymentFacts {
    let state = &record.state;
    let sums = state.sums();
    PaymentFacts {
        payment_id: id,
        order_id: payment::order_of(id),
        method: state.bill().map(|bill| bill.method),
        amount: state.bill().map(|bill| bill.amount),
        standing: match state.phase() {
            Phase::Unheard | Phase::Open => Standing::Open,
            Phase::Authorized => Standing::Authorized,
            Phase::Captured => Standing::Captured,
            Phase::Failed => Standing::Failed,
            Phase::Closing => Standing::Closing,
            Phase::Closed => Standing::Closed,
        },
        is_live: state.is_live(),
        captured: sums.captured,
        refunded: sums.refunded,
        manual_refunded: sums.by_hand,
        is_at_rest: record.due_at.is_none(),
        at_gateway: None,
    }
}
