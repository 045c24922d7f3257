//! A system that exists in a test only, and does what the test says.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use delivery_service::audit::{AgentFacts, DeliveryFacts};
use order_service::audit::OrderFact;
use payment_service::audit::PaymentFacts;
use product_service::audit::{ProductFacts, ReservationFacts};
use shared_events::OrderId;
use uuid::Uuid;

use super::super::case::Case;
use super::super::merge::Keyed;
use super::super::strays::Stray;
use super::super::system::{System, Traffic};

/// What there is to be audited.
#[derive(Default)]
pub(super) struct Books {
    pub(super) cases: RefCell<Vec<Case>>,
    pub(super) products: Vec<ProductFacts>,
    pub(super) strays: Vec<Stray>,
    pub(super) traffic: RefCell<Traffic>,
    pub(super) is_stopped: Cell<bool>,
    /// Pages read so far.
    pub(super) reads: Cell<usize>,
    /// What happens when somebody looks at what is on its way.
    pub(super) happening: RefCell<Option<Happening>>,
}

/// Something that happens at each look: it is given the system and the number of the look.
pub(super) type Happening = Box<dyn FnMut(&Books, usize)>;

impl Books {
    pub(super) fn of(mut cases: Vec<Case>) -> Self {
        cases.sort_by_key(|case| case.id);
        Self {
            cases: RefCell::new(cases),
            ..Self::default()
        }
    }

    fn page<T: Keyed>(
        &self,
        after: Option<Uuid>,
        limit: u64,
        part: impl Fn(&Case) -> Option<T>,
    ) -> Vec<T> {
        self.reads.set(self.reads.get() + 1);
        let cases = self.cases.borrow();
        let facts = cases.iter().filter_map(part);
        let rest = facts.filter(|fact| after.is_none_or(|after| fact.key() > after));
        let most = usize::try_from(limit).unwrap();
        rest.take(most).collect()
    }
}

impl System for Books {
    async fn products(&self) -> anyhow::Result<Vec<ProductFacts>> {
        Ok(self.products.clone())
    }

    async fn agents(&self) -> anyhow::Result<Vec<AgentFacts>> {
        Ok(vec![])
    }

    async fn orders(&self, after: Option<Uuid>, limit: u64) -> anyhow::Result<Vec<OrderFact>> {
        Ok(self.page(after, limit, |case| case.order.clone()))
    }

    async fn reservations(
        &self,
        after: Option<Uuid>,
        limit: u64,
    ) -> anyhow::Result<Vec<ReservationFacts>> {
        Ok(self.page(after, limit, |case| case.reservation.clone()))
    }

    async fn payments(&self, after: Option<Uuid>, limit: u64) -> anyhow::Result<Vec<PaymentFacts>> {
        Ok(self.page(after, limit, |case| case.payment.clone()))
    }

    async fn deliveries(
        &self,
        after: Option<Uuid>,
        limit: u64,
    ) -> anyhow::Result<Vec<DeliveryFacts>> {
        Ok(self.page(after, limit, |case| case.delivery.clone()))
    }

    async fn on_their_way(&self, orders: &BTreeSet<OrderId>) -> anyhow::Result<Traffic> {
        let look = self.reads.get();
        if let Some(happening) = self.happening.borrow_mut().as_mut() {
            happening(self, look);
        }
        let mut traffic = self.traffic.borrow().clone();
        traffic.retain(|order, _| orders.contains(order));
        Ok(traffic)
    }

    async fn strays(&self) -> anyhow::Result<Vec<Stray>> {
        Ok(self.strays.clone())
    }

    async fn is_running(&self) -> bool {
        !self.is_stopped.get()
    }
}
