//! Real participants of which one rule is left out: the service's function decides, and what the rule has brought about is taken
//! out of what it says. A check that does not find these checks nothing.

use delivery_service::domain::delivery as deliveries;
use payment_service::domain::payment as payments;
use product_service::domain::reservation;
use saga::testing::{Cast, Holdings, Outcome, Participant};
use serde_json::{Value, json};
use shared_events::{AnyMessage, PaymentCompleted, SagaId, SagaRef, Service};

use super::delivery::{Delivery, Trip};
use super::payment::{Account, METHODS, Payment};
use super::stock::{Stock, Warehouse};
use super::{cast, order_id};

/// What becomes of what a participant does: the state before, the message unless it stirs by itself, the real outcome.
pub(super) type Bend<S> = fn(&S, Option<&AnyMessage>, Outcome<S>) -> Outcome<S>;

/// A participant that is bent.
pub(super) struct Bent<P: Participant> {
    real: P,
    bend: Bend<P::State>,
}

/// The real cast but for the stock.
pub(super) fn stock(bend: Bend<Warehouse>) -> Cast<Bent<Stock>, Payment, Delivery> {
    let real = cast(0);
    Cast {
        stock: Bent::new(real.stock, bend),
        payment: real.payment,
        delivery: real.delivery,
    }
}

/// The real cast but for the payment, with a gateway that has so many accidents.
pub(super) fn payment(bend: Bend<Account>, accidents: u8) -> Cast<Stock, Bent<Payment>, Delivery> {
    let real = cast(accidents);
    Cast {
        stock: real.stock,
        payment: Bent::new(real.payment, bend),
        delivery: real.delivery,
    }
}

/// The real cast but for the delivery.
pub(super) fn delivery(bend: Bend<Trip>) -> Cast<Stock, Payment, Bent<Delivery>> {
    let real = cast(0);
    Cast {
        stock: real.stock,
        payment: real.payment,
        delivery: Bent::new(real.delivery, bend),
    }
}

impl<P: Participant> Bent<P> {
    fn new(real: P, bend: Bend<P::State>) -> Self {
        Self { real, bend }
    }
}

impl<P: Participant> Participant for Bent<P> {
    type State = P::State;

    fn service(&self) -> Service {
        self.real.service()
    }

    fn initial(&self) -> P::State {
        self.real.initial()
    }

    fn obey(&self, state: &P::State, message: &AnyMessage) -> Vec<Outcome<P::State>> {
        let outcomes = self.real.obey(state, message).into_iter();
        outcomes
            .map(|outcome| (self.bend)(state, Some(message), outcome))
            .collect()
    }

    fn stirs(&self, state: &P::State) -> Vec<Outcome<P::State>> {
        let outcomes = self.real.stirs(state).into_iter();
        outcomes
            .map(|outcome| (self.bend)(state, None, outcome))
            .collect()
    }

    fn holdings(&self, state: &P::State) -> Holdings {
        self.real.holdings(state)
    }
}

/// A release of what was never reserved is answered and forgotten.
pub(super) fn stock_without_tombstones(
    before: &Warehouse,
    message: Option<&AnyMessage>,
    outcome: Outcome<Warehouse>,
) -> Outcome<Warehouse> {
    let is_first = before.reservation == reservation::State::default();
    match message {
        Some(AnyMessage::ReleaseStock(_)) if is_first => back_to(before, outcome),
        _ => outcome,
    }
}

/// A reservation that was refused is decided anew when its command comes again.
pub(super) fn stock_without_first_answers(
    _: &Warehouse,
    _: Option<&AnyMessage>,
    mut outcome: Outcome<Warehouse>,
) -> Outcome<Warehouse> {
    let state = &outcome.state.reservation;
    outcome.state.reservation =
        reservation::State::stored(state.phase(), state.lines().to_vec(), vec![]);
    outcome
}

/// A refund of what was never paid is answered and forgotten.
pub(super) fn payment_without_tombstones(
    before: &Account,
    message: Option<&AnyMessage>,
    outcome: Outcome<Account>,
) -> Outcome<Account> {
    let is_first = before.payment == payments::State::default();
    match message {
        Some(AnyMessage::RefundPayment(_)) if is_first => back_to(before, outcome),
        _ => outcome,
    }
}

/// A payment that has failed is tried anew when its command comes again.
pub(super) fn payment_without_first_answers(
    _: &Account,
    _: Option<&AnyMessage>,
    mut outcome: Outcome<Account>,
) -> Outcome<Account> {
    let changed = with_course(&outcome.state.payment, |course| {
        course["answers"] = json!([]);
    });
    outcome.state.payment = changed;
    outcome
}

/// A refund is answered while the gateway is still at it, and the money is taken after all.
pub(super) fn payment_that_captures_after_close(
    before: &Account,
    message: Option<&AnyMessage>,
    mut outcome: Outcome<Account>,
) -> Outcome<Account> {
    let is_open = before.payment.phase() == payments::Phase::Open;
    match message {
        Some(command @ AnyMessage::RefundPayment(_)) if is_open => {
            let unheard = payments::State::default();
            (_, outcome.says) = payments::obey(&unheard, command, METHODS);
            back_to(before, outcome)
        }
        _ => outcome,
    }
}

/// The gateway is not asked again when a try that it may have got has come to an end without its answer.
pub(super) fn payment_without_doubt(
    _: &Account,
    _: Option<&AnyMessage>,
    mut outcome: Outcome<Account>,
) -> Outcome<Account> {
    let changed = with_course(&outcome.state.payment, |course| {
        course["charge"]["isDoubted"] = json!(false);
    });
    outcome.state.payment = changed;
    outcome
}

/// Money that is found taken after the payment has failed is kept, and taken for an answer to the command.
pub(super) fn payment_that_keeps_late_money(
    before: &Account,
    message: Option<&AnyMessage>,
    mut outcome: Outcome<Account>,
) -> Outcome<Account> {
    let taken = outcome.state.payment.sums().captured > before.payment.sums().captured;
    let is_late = before.payment.phase() == payments::Phase::Failed;
    if message.is_some() || !taken || !is_late {
        return outcome;
    }
    let changed = with_course(&outcome.state.payment, |course| {
        course["refunds"] = json!([]);
    });
    outcome.state.payment = changed;
    for said in &mut outcome.says {
        if let AnyMessage::PaymentCompleted(completed) = said {
            *completed = PaymentCompleted {
                saga: Some(first_request()),
                ..completed.clone()
            };
        }
    }
    outcome
}

/// A cancellation of what was never assigned is answered and forgotten.
pub(super) fn delivery_without_tombstones(
    before: &Trip,
    message: Option<&AnyMessage>,
    outcome: Outcome<Trip>,
) -> Outcome<Trip> {
    let is_first = before.delivery == deliveries::State::default();
    match message {
        Some(AnyMessage::CancelDelivery(_)) if is_first => back_to(before, outcome),
        _ => outcome,
    }
}

/// An assignment that was given up is tried anew when its command comes again.
pub(super) fn delivery_without_first_answers(
    _: &Trip,
    _: Option<&AnyMessage>,
    mut outcome: Outcome<Trip>,
) -> Outcome<Trip> {
    let mut state = serde_json::to_value(&outcome.state.delivery).expect("a delivery is JSON");
    state["answers"] = json!([]);
    outcome.state.delivery = serde_json::from_value(state).expect("it was one before");
    outcome
}

/// A delivery is called off while the agent is on the road with it, who goes on.
pub(super) fn delivery_that_is_cancelled_on_the_road(
    before: &Trip,
    message: Option<&AnyMessage>,
    mut outcome: Outcome<Trip>,
) -> Outcome<Trip> {
    let is_on_the_road = matches!(before.delivery.phase(), deliveries::Phase::PickedUp(_));
    match message {
        Some(command @ AnyMessage::CancelDelivery(_)) if is_on_the_road => {
            let unheard = deliveries::State::default();
            (_, outcome.says) = deliveries::obey(&unheard, command, None);
            back_to(before, outcome)
        }
        _ => outcome,
    }
}

fn back_to<S: Clone>(before: &S, outcome: Outcome<S>) -> Outcome<S> {
    Outcome {
        state: before.clone(),
        ..outcome
    }
}

/// The payment with another course, as it would be read from a database that somebody has changed.
fn with_course(state: &payments::State, change: impl FnOnce(&mut Value)) -> payments::State {
    let mut course = serde_json::to_value(state.course()).expect("a course is JSON");
    change(&mut course);
    let course = serde_json::from_value(course).expect("it was one before");
    payments::State::stored(state.phase(), state.bill().cloned(), state.sums(), course)
}

/// The reference of the first `RequestPayment`, which is the only one of an order.
fn first_request() -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(order_id().as_uuid()),
        step: "payment".to_owned(),
        attempt: 1,
    }
}
