//! Invariant 2: for each order, captured − refunded = total − what was refunded by hand, from CONFIRMED on if it is prepaid,
//! from DELIVERED on if it is paid in cash; 0 if it is CANCELLED. Never captured twice, never refunded more than captured.

use order_service::audit::OrderFact;
use payment_service::audit::{PaymentFacts, Standing};
use saga::order::definition::PAYMENT;
use shared_events::{Money, OrderStatus, PaymentMethod};

use super::case::Case;

/// What is wrong with the money of an order. That it has no payment at all is a matter of liveness.
pub(super) fn breaches(case: &Case) -> Vec<String> {
    let Some(payment) = &case.payment else {
        return vec![];
    };
    let mut broken = Vec::new();
    broken.extend(sums(payment));
    broken.extend(books(payment));
    if let Some(order) = &case.order {
        broken.extend(bill(payment, order));
        broken.extend(balance(case, payment, order));
    }
    broken
}

/// The payment alone.
fn sums(payment: &PaymentFacts) -> Option<String> {
    let PaymentFacts {
        captured,
        refunded,
        manual_refunded,
        ..
    } = *payment;
    if [captured, refunded, manual_refunded]
        .iter()
        .any(|sum| *sum < 0)
    {
        return Some("a sum of the payment is negative".to_owned());
    }
    if refunded > captured {
        let (refunded, captured) = (money(payment, refunded), money(payment, captured));
        return Some(format!("{refunded} were refunded of {captured} captured"));
    }
    if matches!(payment.standing, Standing::Open | Standing::Authorized) && captured > 0 {
        let captured = money(payment, captured);
        return Some(format!(
            "{captured} were captured of a payment that is not captured yet"
        ));
    }
    let by_hand = money(payment, manual_refunded);
    (manual_refunded > refunded)
        .then(|| format!("{by_hand} were refunded by hand, and less in all"))
}

/// The payment against the books of its gateway.
fn books(payment: &PaymentFacts) -> Option<String> {
    let books = payment.at_gateway?;
    let due = payment.amount.map_or(0, Money::minor);
    let (taken, returned) = (
        money(payment, books.captured),
        money(payment, books.refunded),
    );
    if books.captured > due {
        let due = money(payment, due);
        return Some(format!("the gateway has captured {taken} of {due}"));
    }
    if books.refunded > books.captured {
        return Some(format!("the gateway has refunded {returned} of {taken}"));
    }
    // While somebody is about to ask the gateway, its books may be ahead.
    let is_settled = payment.is_at_rest && !payment.is_live;
    let agree = (books.captured, books.refunded) == (payment.captured, payment.refunded);
    (is_settled && !agree).then(|| {
        let (captured, refunded) = (
            money(payment, payment.captured),
            money(payment, payment.refunded),
        );
        format!("captured {captured}, refunded {refunded}; by the gateway's books {taken} and {returned}")
    })
}

/// What is paid against what the order costs.
fn bill(payment: &PaymentFacts, order: &OrderFact) -> Option<String> {
    let total = order.total;
    if let Some(amount) = payment.amount.filter(|amount| *amount != total) {
        return Some(format!("{amount} are to be paid for an order of {total}"));
    }
    let captured = money(payment, payment.captured);
    (payment.captured > total.minor()).then(|| format!("{captured} were captured of {total}"))
}

/// What is left of the money against where the order stands.
fn balance(case: &Case, payment: &PaymentFacts, order: &OrderFact) -> Option<String> {
    let is_cash = order.payment_method == PaymentMethod::Cod;
    let left = payment.captured - payment.refunded;
    let expected = match order.status {
        OrderStatus::Delivered => order.total.minor() - payment.manual_refunded,
        OrderStatus::Confirmed | OrderStatus::OutForDelivery | OrderStatus::DeliveryFailed
            if !is_cash =>
        {
            order.total.minor() - payment.manual_refunded
        }
        OrderStatus::Cancelled if !case.is_left_alone(PAYMENT) => 0,
        OrderStatus::Placed
        | OrderStatus::Confirmed
        | OrderStatus::OutForDelivery
        | OrderStatus::DeliveryFailed
        | OrderStatus::Cancelling
        | OrderStatus::Cancelled => return None,
    };
    (left != expected).then(|| {
        format!(
            "it is {} and {} are left of what was captured, not {}",
            order.status,
            money(payment, left),
            money(payment, expected)
        )
    })
}

fn money(payment: &PaymentFacts, minor: i64) -> Money {
    let currency = payment.amount.map(|amount| amount.currency());
    Money::from_minor(minor, currency.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use payment_service::audit::GatewaySums;

    use super::super::samples::{self, TOTAL};
    use super::*;

    fn found(case: &Case, what: &str) {
        let broken = breaches(case);
        assert!(
            broken.iter().any(|breach| breach.contains(what)),
            "{broken:?}"
        );
    }

    fn payment(case: &mut Case) -> &mut PaymentFacts {
        case.payment.as_mut().unwrap()
    }

    #[test]
    fn sound_cases_break_nothing() {
        for case in samples::sound() {
            assert_eq!(breaches(&case), [""; 0], "{case:#?}");
        }
    }

    #[test]
    fn a_confirmed_order_that_is_not_paid_is_found() {
        let mut case = samples::dispatched();
        payment(&mut case).captured = 0;
        found(
            &case,
            "INR 0.00 are left of what was captured, not INR 499.00",
        );
    }

    #[test]
    fn cash_is_due_on_delivery_and_not_before() {
        let mut case = samples::in_cash(samples::dispatched());
        assert_eq!(breaches(&case), [""; 0]);
        case = samples::in_cash(samples::delivered());
        payment(&mut case).captured = 0;
        found(&case, "it is DELIVERED and INR 0.00 are left");
    }

    #[test]
    fn cash_that_came_for_what_is_only_promised_is_found() {
        let mut case = samples::in_cash(samples::dispatched());
        payment(&mut case).captured = TOTAL.minor();
        found(
            &case,
            "INR 499.00 were captured of a payment that is not captured yet",
        );
    }

    #[test]
    fn money_of_a_cancelled_order_that_was_kept_is_found_unless_an_operator_settled_it() {
        let mut case = samples::cancelled();
        (payment(&mut case).refunded, payment(&mut case).at_gateway) = (49_899, None);
        found(&case, "it is CANCELLED and INR 0.01 are left");
        samples::saga(&mut case).left_alone.push(PAYMENT);
        assert_eq!(breaches(&case), [""; 0]);
    }

    #[test]
    fn what_was_refunded_by_hand_is_not_missing() {
        let mut case = samples::delivered();
        let sums = payment(&mut case);
        (sums.refunded, sums.manual_refunded, sums.at_gateway) = (100, 100, None);
        assert_eq!(breaches(&case), [""; 0]);
        payment(&mut case).manual_refunded = 99;
        found(&case, "are left of what was captured");
    }

    #[test]
    fn money_captured_twice_is_found_in_the_payment_and_on_the_gateways_books() {
        let mut case = samples::delivered();
        payment(&mut case).captured *= 2;
        found(&case, "INR 998.00 were captured of INR 499.00");
        let mut case = samples::delivered();
        payment(&mut case).at_gateway = Some(GatewaySums {
            captured: 2 * TOTAL.minor(),
            refunded: 0,
        });
        found(&case, "the gateway has captured INR 998.00 of INR 499.00");
    }

    #[test]
    fn a_refund_too_much_is_found_in_the_payment_and_on_the_gateways_books() {
        let mut case = samples::cancelled();
        payment(&mut case).refunded += 1;
        found(&case, "INR 499.01 were refunded of INR 499.00 captured");
        let mut case = samples::cancelled();
        payment(&mut case).at_gateway = Some(GatewaySums {
            captured: TOTAL.minor(),
            refunded: 2 * TOTAL.minor(),
        });
        found(&case, "the gateway has refunded");
    }

    #[test]
    fn money_that_only_the_gateway_knows_of_is_found_once_nobody_will_ask_it() {
        let mut case = samples::cancelled();
        payment(&mut case).captured = 0;
        payment(&mut case).refunded = 0;
        payment(&mut case).at_gateway = Some(GatewaySums {
            captured: TOTAL.minor(),
            refunded: 0,
        });
        payment(&mut case).is_at_rest = false;
        assert_eq!(breaches(&case), [""; 0]);
        payment(&mut case).is_at_rest = true;
        found(&case, "by the gateway's books INR 499.00 and INR 0.00");
    }

    #[test]
    fn a_bill_over_another_sum_and_sums_that_cannot_be_are_found() {
        let mut case = samples::dispatched();
        payment(&mut case).amount = Some(Money::from_minor(1, TOTAL.currency()));
        found(&case, "INR 0.01 are to be paid for an order of INR 499.00");
        let mut case = samples::dispatched();
        payment(&mut case).manual_refunded = -1;
        found(&case, "negative");
        payment(&mut case).manual_refunded = 1;
        found(&case, "refunded by hand, and less in all");
    }
}
