//! All cases in the order of their ids, put together from pages of what each service has: never more in memory than a page
//! of each.

use std::collections::VecDeque;

use delivery_service::audit::DeliveryFacts;
use order_service::audit::OrderFact;
use payment_service::audit::PaymentFacts;
use product_service::audit::ReservationFacts;
use shared_events::OrderId;
use uuid::Uuid;

use super::case::Case;
use super::system::System;

/// A fact about an order. Reservations, payments, deliveries and sagas have the id of their order.
pub(super) trait Keyed {
    fn key(&self) -> Uuid;
}

impl Keyed for OrderFact {
    fn key(&self) -> Uuid {
        self.order_id.as_uuid()
    }
}

impl Keyed for ReservationFacts {
    fn key(&self) -> Uuid {
        self.reservation_id.as_uuid()
    }
}

impl Keyed for PaymentFacts {
    fn key(&self) -> Uuid {
        self.payment_id.as_uuid()
    }
}

impl Keyed for DeliveryFacts {
    fn key(&self) -> Uuid {
        self.order_id.as_uuid()
    }
}

/// The cases that have not been read yet.
pub(super) struct Merge<'a, S> {
    system: &'a S,
    limit: u64,
    orders: Pages<OrderFact>,
    reservations: Pages<ReservationFacts>,
    payments: Pages<PaymentFacts>,
    deliveries: Pages<DeliveryFacts>,
}

impl<'a, S: System> Merge<'a, S> {
    /// All of them, read `limit` facts at a time.
    pub(super) fn new(system: &'a S, limit: u64) -> Self {
        Self::after(system, limit, None)
    }

    fn after(system: &'a S, limit: u64, after: Option<Uuid>) -> Self {
        Self {
            system,
            limit,
            orders: Pages::after(after),
            reservations: Pages::after(after),
            payments: Pages::after(after),
            deliveries: Pages::after(after),
        }
    }

    /// The next case.
    pub(super) async fn next(&mut self) -> anyhow::Result<Option<Case>> {
        self.fill().await?;
        let heads = [
            self.orders.head(),
            self.reservations.head(),
            self.payments.head(),
            self.deliveries.head(),
        ];
        let Some(id) = heads.into_iter().flatten().min() else {
            return Ok(None);
        };
        Ok(Some(Case {
            id: OrderId::from_uuid(id),
            order: self.orders.take(id),
            reservation: self.reservations.take(id),
            payment: self.payments.take(id),
            delivery: self.deliveries.take(id),
        }))
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        let (system, limit) = (self.system, self.limit);
        let orders = self.orders.fill(|after| system.orders(after, limit));
        let reservations = self
            .reservations
            .fill(|after| system.reservations(after, limit));
        let payments = self.payments.fill(|after| system.payments(after, limit));
        let deliveries = self
            .deliveries
            .fill(|after| system.deliveries(after, limit));
        futures::try_join!(orders, reservations, payments, deliveries)?;
        Ok(())
    }
}

/// One case, read anew.
pub(super) async fn reread(system: &impl System, id: OrderId) -> anyhow::Result<Case> {
    let before = id.as_uuid().as_u128().checked_sub(1).map(Uuid::from_u128);
    let mut from_there = Merge::after(system, 1, before);
    let case = from_there.next().await?.filter(|case| case.id == id);
    Ok(case.unwrap_or(Case {
        id,
        order: None,
        reservation: None,
        payment: None,
        delivery: None,
    }))
}

/// One service's facts, a page at a time.
struct Pages<T> {
    page: VecDeque<T>,
    last: Option<Uuid>,
    is_over: bool,
}

impl<T: Keyed> Pages<T> {
    fn after(last: Option<Uuid>) -> Self {
        Self {
            page: VecDeque::new(),
            last,
            is_over: false,
        }
    }

    async fn fill<F>(&mut self, read: impl FnOnce(Option<Uuid>) -> F) -> anyhow::Result<()>
    where
        F: Future<Output = anyhow::Result<Vec<T>>>,
    {
        if self.page.is_empty() && !self.is_over {
            let page = read(self.last).await?;
            self.is_over = page.is_empty();
            self.last = page.last().map(Keyed::key).or(self.last);
            self.page = page.into();
        }
        Ok(())
    }

    fn head(&self) -> Option<Uuid> {
        self.page.front().map(Keyed::key)
    }

    fn take(&mut self, id: Uuid) -> Option<T> {
        self.page.pop_front_if(|fact| fact.key() == id)
    }
}
