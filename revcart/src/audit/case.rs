//! A case: what each service has of one order.

use delivery_service::audit::DeliveryFacts;
use order_service::audit::{OrderFact, SagaFact};
use payment_service::audit::PaymentFacts;
use product_service::audit::ReservationFacts;
use shared_events::OrderId;

use super::finding::{Finding, Invariant};
use super::{finality, liveness, money};

/// What each service has of one order. A reservation that a caller over REST made for nobody is a case of its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    pub(super) id: OrderId,
    pub(super) order: Option<OrderFact>,
    pub(super) reservation: Option<ReservationFacts>,
    pub(super) payment: Option<PaymentFacts>,
    pub(super) delivery: Option<DeliveryFacts>,
}

/// What breaks one invariant in a case.
type Rule = fn(&Case) -> Vec<String>;

const RULES: [(Invariant, Rule); 3] = [
    (Invariant::Money, money::breaches),
    (Invariant::Finality, finality::breaches),
    (Invariant::Liveness, liveness::breaches),
];

impl Case {
    /// Everything that is wrong here.
    pub(super) fn judge(&self) -> Vec<Finding> {
        let of_rule = |(invariant, breaches): (Invariant, Rule)| {
            let finding = move |what| Finding::of_order(invariant, self.id, what);
            breaches(self).into_iter().map(finding)
        };
        RULES.into_iter().flat_map(of_rule).collect()
    }

    /// The order's saga.
    pub(super) fn saga(&self) -> Option<&SagaFact> {
        self.order.as_ref()?.saga.as_ref()
    }

    /// Whether an operator has decided that this step of the saga is not undone.
    pub(super) fn is_left_alone(&self, step: &str) -> bool {
        self.saga()
            .is_some_and(|saga| saga.left_alone.contains(&step))
    }

    /// Whether something happens here by itself, without a message: a timer goes off, a gateway is asked.
    pub(super) fn stirs(&self) -> bool {
        let timer_runs = self.saga().is_some_and(|saga| saga.due_at.is_some());
        // Not what is live: cash that was promised waits for days, and for nobody here.
        let payment = self.payment.as_ref();
        timer_runs || payment.is_some_and(|payment| !payment.is_at_rest)
    }
}
