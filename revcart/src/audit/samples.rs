//! Cases for tests: an order of two products that cost 499 rupees, at each point of its way.

use delivery_service::audit::DeliveryFacts;
use order_service::audit::{OrderFact, SagaFact};
use payment_service::audit::{GatewaySums, PaymentFacts, Standing as Paid};
use product_service::audit::{ReservationFacts, Standing as Stock};
use saga::order::State;
use saga::order::definition::{DELIVERED, DELIVERY, DISPATCHED, PAYMENT, RESERVE_STOCK};
use shared_events::{
    Currency, DeliveryStatus, Money, OrderId, OrderLine, OrderStatus, PaymentId, PaymentMethod,
    ProductId, Quantity, ReservationId, StockLine, Timestamp,
};

use super::case::Case;

/// What every order costs.
pub(super) const TOTAL: Money = Money::from_minor(49_900, Currency::INR);
/// When everything happened.
pub(super) const THEN: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

/// An order whose stock is being reserved.
pub(super) fn placed() -> Case {
    let id = OrderId::new();
    Case {
        id,
        order: Some(order(id)),
        reservation: None,
        payment: None,
        delivery: None,
    }
}

/// An order that is being paid.
pub(super) fn paying() -> Case {
    let mut case = at(placed(), OrderStatus::Placed, Some(PAYMENT));
    case.reservation = Some(reservation(&case));
    case.payment = Some(payment(case.id));
    case
}

/// A paid order for which somebody is being looked for.
pub(super) fn confirmed() -> Case {
    let mut case = at(paying(), OrderStatus::Confirmed, Some(DELIVERY));
    stands(&mut case, Stock::Sold);
    take_money(&mut case);
    case
}

/// An order that an agent will fetch.
pub(super) fn dispatched() -> Case {
    let mut case = at(confirmed(), OrderStatus::Confirmed, Some(DISPATCHED));
    saga(&mut case).due_at = None;
    case.delivery = Some(DeliveryFacts {
        order_id: case.id,
        status: DeliveryStatus::Assigned,
        live: true,
        collected: None,
    });
    case
}

/// An order that an agent has.
pub(super) fn out_for_delivery() -> Case {
    let case = at(dispatched(), OrderStatus::OutForDelivery, Some(DELIVERED));
    brought(case, DeliveryStatus::PickedUp, true)
}

/// An order that the shopper has.
pub(super) fn delivered() -> Case {
    let mut case = at(out_for_delivery(), OrderStatus::Delivered, None);
    saga(&mut case).state = State::Completed;
    brought(case, DeliveryStatus::Delivered, false)
}

/// An order that came back from the door.
pub(super) fn delivery_failed() -> Case {
    let mut case = at(
        out_for_delivery(),
        OrderStatus::DeliveryFailed,
        Some(DELIVERED),
    );
    saga(&mut case).state = State::NeedsAttention;
    brought(case, DeliveryStatus::Failed, false)
}

/// An order whose stock is being given back, its payment closed already.
pub(super) fn cancelling() -> Case {
    let mut case = at(paying(), OrderStatus::Cancelling, Some(RESERVE_STOCK));
    saga(&mut case).state = State::Compensating;
    give_back(&mut case);
    case
}

/// An order that is undone.
pub(super) fn cancelled() -> Case {
    let mut case = at(dispatched(), OrderStatus::Cancelled, None);
    saga(&mut case).state = State::Compensated;
    stands(&mut case, Stock::Released);
    give_back(&mut case);
    brought(case, DeliveryStatus::Cancelled, false)
}

/// One of each, and those that are paid in cash.
pub(super) fn sound() -> Vec<Case> {
    let mut declined = at(placed(), OrderStatus::Cancelled, None);
    saga(&mut declined).state = State::Compensated;
    saga(&mut declined).due_at = None;
    let mut all = vec![
        placed(),
        paying(),
        confirmed(),
        dispatched(),
        out_for_delivery(),
    ];
    all.extend([
        delivered(),
        delivery_failed(),
        cancelling(),
        cancelled(),
        declined,
    ]);
    all.extend([in_cash(dispatched()), in_cash(delivered())]);
    all
}

/// The same order, paid at the door.
pub(super) fn in_cash(mut case: Case) -> Case {
    let order = case.order.as_mut().unwrap();
    order.payment_method = PaymentMethod::Cod;
    let is_paid = order.status == OrderStatus::Delivered;
    if let Some(payment) = &mut case.payment {
        payment.method = Some(PaymentMethod::Cod);
        payment.at_gateway = None;
        if !is_paid {
            (payment.standing, payment.captured) = (Paid::Authorized, 0);
        }
    }
    case
}

/// The saga of a case that has one.
pub(super) fn saga(case: &mut Case) -> &mut SagaFact {
    case.order.as_mut().unwrap().saga.as_mut().unwrap()
}

fn at(mut case: Case, status: OrderStatus, step: Option<&str>) -> Case {
    case.order.as_mut().unwrap().status = status;
    saga(&mut case).step = step.map(str::to_owned);
    case
}

fn stands(case: &mut Case, standing: Stock) {
    case.reservation.as_mut().unwrap().standing = standing;
}

fn brought(mut case: Case, status: DeliveryStatus, live: bool) -> Case {
    let delivery = case.delivery.as_mut().unwrap();
    (delivery.status, delivery.live) = (status, live);
    case
}

fn take_money(case: &mut Case) {
    let payment = case.payment.as_mut().unwrap();
    payment.standing = Paid::Captured;
    payment.captured = TOTAL.minor();
    (payment.is_live, payment.is_at_rest) = (false, true);
    payment.at_gateway = Some(GatewaySums {
        captured: TOTAL.minor(),
        refunded: 0,
    });
}

fn give_back(case: &mut Case) {
    take_money(case);
    let payment = case.payment.as_mut().unwrap();
    payment.standing = Paid::Closed;
    payment.refunded = payment.captured;
    payment.at_gateway = Some(GatewaySums {
        captured: TOTAL.minor(),
        refunded: TOTAL.minor(),
    });
}

fn order(order_id: OrderId) -> OrderFact {
    let line = |units, minor| OrderLine {
        product_id: ProductId::new(),
        sku: "TEA".to_owned(),
        name: "Tea".to_owned(),
        quantity: Quantity::new(units).unwrap(),
        unit_price: Money::from_minor(minor, Currency::INR),
    };
    OrderFact {
        order_id,
        number: "RC-7K3M-9QXF".to_owned(),
        status: OrderStatus::Placed,
        lines: vec![line(1, 29_900), line(2, 10_000)],
        total: TOTAL,
        payment_method: PaymentMethod::Dummy,
        saga: Some(SagaFact {
            state: State::Running,
            step: Some(RESERVE_STOCK.to_owned()),
            due_at: Some(THEN),
            left_alone: vec![],
        }),
        placed_at: THEN,
        updated_at: THEN,
    }
}

fn reservation(case: &Case) -> ReservationFacts {
    let lines = &case.order.as_ref().unwrap().lines;
    let line = |line: &OrderLine| StockLine {
        product_id: line.product_id,
        quantity: line.quantity,
    };
    ReservationFacts {
        reservation_id: ReservationId::from_uuid(case.id.as_uuid()),
        order_id: Some(case.id),
        standing: Stock::Held,
        lines: lines.iter().map(line).collect(),
    }
}

fn payment(order_id: OrderId) -> PaymentFacts {
    PaymentFacts {
        payment_id: PaymentId::from_uuid(order_id.as_uuid()),
        order_id,
        method: Some(PaymentMethod::Dummy),
        amount: Some(TOTAL),
        standing: Paid::Open,
        is_live: true,
        captured: 0,
        refunded: 0,
        manual_refunded: 0,
        is_at_rest: false,
        at_gateway: Some(GatewaySums::default()),
    }
}
