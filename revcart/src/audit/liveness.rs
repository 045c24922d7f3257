//! Invariant 4: no live reservation, payment or delivery without a live order, and the other way round.

use std::collections::BTreeMap;

use delivery_service::audit::{AgentFacts, DeliveryFacts};
use order_service::audit::OrderFact;
use payment_service::audit::{PaymentFacts, Standing as Paid};
use product_service::audit::{ReservationFacts, Standing as Stock};
use saga::order::definition::{DELIVERY, DISPATCHED, PAYMENT, RESERVE_STOCK};
use shared_events::{DeliveryStatus, OrderStatus, PaymentMethod, ProductId, Quantity};

use super::case::Case;
use super::finding::{Finding, Invariant};

/// What the services have of an order that does not fit where it stands.
pub(super) fn breaches(case: &Case) -> Vec<String> {
    let Some(order) = &case.order else {
        return without_order(case);
    };
    let mut broken = Vec::new();
    broken.extend(stock(case, order));
    broken.extend(other_units(case, order));
    broken.extend(payment(case, order));
    broken.extend(delivery(case, order));
    broken
}

/// An agent's load against the deliveries that they have.
pub(super) fn judge_agent(agent: &AgentFacts) -> Option<Finding> {
    let AgentFacts {
        agent_id,
        load,
        in_hand,
    } = agent;
    (load != in_hand).then(|| Finding {
        invariant: Invariant::Liveness,
        order_id: None,
        product_id: None,
        what: format!("agent {agent_id} has a load of {load} and {in_hand} deliveries in hand"),
    })
}

/// Orders are never deleted, so what a saga once asked for belongs to an order. A tombstone alone proves nothing.
fn without_order(case: &Case) -> Vec<String> {
    let mut broken = Vec::new();
    broken.extend(case.reservation.as_ref().and_then(stock_of_nobody));
    if let Some(payment) = case.payment.as_ref().filter(|it| it.amount.is_some()) {
        let standing = paid_word(payment.standing);
        broken.push(format!(
            "its payment is {standing}, and there is no such order"
        ));
    }
    if let Some(delivery) = &case.delivery
        && delivery.status != DeliveryStatus::Cancelled
    {
        let status = delivery.status;
        broken.push(format!(
            "its delivery is {status}, and there is no such order"
        ));
    }
    broken
}

fn stock_of_nobody(reservation: &ReservationFacts) -> Option<String> {
    let order = reservation.order_id?;
    let of_saga = match reservation.standing {
        Stock::Held | Stock::Sold => true,
        Stock::Released => !reservation.lines.is_empty(),
        Stock::Free | Stock::HeldByCaller => false,
    };
    let lines = reservation.lines.iter();
    let lines: Vec<_> = lines
        .map(|line| format!("{} × {}", line.quantity, line.product_id))
        .collect();
    let standing = stock_word(Some(reservation));
    of_saga.then(|| {
        format!(
            "{} are {standing} for an order {order}, and there is none",
            lines.join(", ")
        )
    })
}

fn stock(case: &Case, order: &OrderFact) -> Option<String> {
    let standing = case.reservation.as_ref().map(|it| it.standing);
    let is_paying = case
        .saga()
        .is_some_and(|it| it.step.as_deref() == Some(PAYMENT));
    let (fits, expected) = match order.status {
        OrderStatus::Placed if is_paying => (standing == Some(Stock::Held), "reserved"),
        OrderStatus::Placed => (standing != Some(Stock::Sold), "not sold"),
        OrderStatus::Confirmed
        | OrderStatus::OutForDelivery
        | OrderStatus::Delivered
        | OrderStatus::DeliveryFailed => (standing == Some(Stock::Sold), "sold"),
        OrderStatus::Cancelled if case.is_left_alone(RESERVE_STOCK) => return None,
        OrderStatus::Cancelled => {
            let holds = matches!(standing, Some(Stock::Held | Stock::Sold));
            (!holds, "released")
        }
        // One after the other is given up.
        OrderStatus::Cancelling => return None,
    };
    let found = stock_word(case.reservation.as_ref());
    (!fits).then(|| {
        format!(
            "it is {} and its stock is {found}, not {expected}",
            order.status
        )
    })
}

/// What is held is what was ordered.
fn other_units(case: &Case, order: &OrderFact) -> Option<String> {
    let reservation = case.reservation.as_ref()?;
    if !matches!(reservation.standing, Stock::Held | Stock::Sold) {
        return None;
    }
    let ordered = units(
        order
            .lines
            .iter()
            .map(|line| (line.product_id, line.quantity)),
    );
    let held = units(
        reservation
            .lines
            .iter()
            .map(|line| (line.product_id, line.quantity)),
    );
    (ordered != held).then(|| "other units are held for it than were ordered".to_owned())
}

fn units(lines: impl Iterator<Item = (ProductId, Quantity)>) -> BTreeMap<ProductId, u64> {
    let mut units = BTreeMap::new();
    for (product, quantity) in lines {
        *units.entry(product).or_default() += u64::from(quantity.get());
    }
    units
}

fn payment(case: &Case, order: &OrderFact) -> Option<String> {
    let standing = case.payment.as_ref().map(|it| it.standing);
    let is_cash = order.payment_method == PaymentMethod::Cod;
    let (fits, expected) = match order.status {
        OrderStatus::Confirmed
        | OrderStatus::OutForDelivery
        | OrderStatus::Delivered
        | OrderStatus::DeliveryFailed => match standing {
            Some(Paid::Captured) => (true, ""),
            Some(Paid::Authorized) if is_cash => (true, ""),
            _ if is_cash => (false, "promised"),
            _ => (false, "captured"),
        },
        OrderStatus::Cancelled if case.is_left_alone(PAYMENT) => return None,
        OrderStatus::Cancelled => {
            let is_live = |payment: &PaymentFacts| payment.is_live;
            (!case.payment.as_ref().is_some_and(is_live), "closed")
        }
        // It may be at any point of its way.
        OrderStatus::Placed | OrderStatus::Cancelling => return None,
    };
    let found = standing.map_or("not there", paid_word);
    (!fits).then(|| {
        format!(
            "it is {} and its payment is {found}, not {expected}",
            order.status
        )
    })
}

fn delivery(case: &Case, order: &OrderFact) -> Option<String> {
    use DeliveryStatus::{Assigned, Cancelled, Delivered, Failed, Pending, PickedUp};
    let status = case.delivery.as_ref().map(|it| it.status);
    let step = case.saga().and_then(|it| it.step.as_deref());
    let (fits, expected) = match order.status {
        OrderStatus::Placed => (matches!(status, None | Some(Cancelled)), "not there"),
        // While the saga waits for the answer, the delivery decides; but nobody leaves without the order knowing.
        OrderStatus::Confirmed if step == Some(DELIVERY) => {
            (!matches!(status, Some(PickedUp | Delivered)), "ASSIGNED")
        }
        OrderStatus::Confirmed if step == Some(DISPATCHED) => {
            (status == Some(Assigned), "ASSIGNED")
        }
        OrderStatus::OutForDelivery => (status == Some(PickedUp), "PICKED_UP"),
        OrderStatus::Delivered => (status == Some(Delivered), "DELIVERED"),
        // It may be on its way again.
        OrderStatus::DeliveryFailed => {
            let tried = matches!(status, Some(Failed | Pending | Assigned | PickedUp));
            (tried, "FAILED")
        }
        OrderStatus::Cancelled if case.is_left_alone(DELIVERY) => return None,
        OrderStatus::Cancelled => {
            let is_live = |it: &DeliveryFacts| it.live || it.status == Delivered;
            (!case.delivery.as_ref().is_some_and(is_live), "CANCELLED")
        }
        OrderStatus::Confirmed | OrderStatus::Cancelling => return None,
    };
    let found = status.map_or("not there", DeliveryStatus::as_str);
    (!fits).then(|| {
        format!(
            "it is {} and its delivery is {found}, not {expected}",
            order.status
        )
    })
}

fn stock_word(reservation: Option<&ReservationFacts>) -> &'static str {
    match reservation.map(|it| it.standing) {
        None | Some(Stock::Free) => "not reserved",
        Some(Stock::Held) => "reserved",
        Some(Stock::HeldByCaller) => "reserved by a caller",
        Some(Stock::Sold) => "sold",
        Some(Stock::Released) => "released",
    }
}

fn paid_word(standing: Paid) -> &'static str {
    match standing {
        Paid::Open => "open",
        Paid::Authorized => "promised",
        Paid::Captured => "captured",
        Paid::Failed => "failed",
        Paid::Closing => "being closed",
        Paid::Closed => "closed",
    }
}

#[cfg(test)]
mod tests;
