//! Invariant 3: every order reaches a final state or needs attention; one order has one saga, and the two agree; whatever
//! waits has something that wakes it.

use order_service::audit::SagaFact;
use saga::order::State;
use saga::order::definition::{DELIVERY, PAYMENT, RESERVE_STOCK};
use shared_events::OrderStatus;

use super::case::Case;
use crate::output::word;

/// What is wrong with where an order and its saga stand.
pub(super) fn breaches(case: &Case) -> Vec<String> {
    let Some(order) = &case.order else {
        return vec![];
    };
    let Some(saga) = &order.saga else {
        return vec![format!("it is {} and has no saga", order.status)];
    };
    let mut broken = Vec::new();
    if !agree(order.status, saga.state) {
        let state = word(&saga.state);
        broken.push(format!("it is {} and its saga is {state}", order.status));
    }
    broken.extend(is_stuck(saga));
    broken
}

/// Which states of a saga an order of this status may have.
fn agree(status: OrderStatus, saga: State) -> bool {
    match status {
        OrderStatus::Placed | OrderStatus::Confirmed | OrderStatus::OutForDelivery => {
            matches!(saga, State::Running | State::NeedsAttention)
        }
        OrderStatus::DeliveryFailed => matches!(saga, State::Running | State::NeedsAttention),
        // A compensation that was refused takes it forward again: it is out for delivery in a moment.
        OrderStatus::Cancelling => {
            matches!(
                saga,
                State::Compensating | State::NeedsAttention | State::Running
            )
        }
        // A success that comes later still is compensated once more.
        OrderStatus::Cancelled => {
            matches!(
                saga,
                State::Compensated | State::Compensating | State::NeedsAttention
            )
        }
        OrderStatus::Delivered => saga == State::Completed,
    }
}

/// A saga that waits for an answer has a timer; without one, an answer that was lost is never missed. Once the parcel is
/// found a bringer, people decide how long it takes.
fn is_stuck(saga: &SagaFact) -> Option<String> {
    let step = saga.step.as_deref().unwrap_or("nothing");
    let waits_for_an_answer = match saga.state {
        State::Running => [RESERVE_STOCK, PAYMENT, DELIVERY].contains(&step),
        State::Compensating => true,
        State::NeedsAttention | State::Completed | State::Compensated => false,
    };
    (waits_for_an_answer && saga.due_at.is_none())
        .then(|| format!("its saga waits for {step} and has no timer: it is stuck"))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn order(case: &mut Case) -> &mut order_service::audit::OrderFact {
        case.order.as_mut().unwrap()
    }

    #[test]
    fn sound_cases_break_nothing() {
        for case in samples::sound() {
            assert_eq!(breaches(&case), [""; 0], "{case:#?}");
        }
    }

    #[test]
    fn an_order_without_a_saga_is_found() {
        let mut case = samples::placed();
        order(&mut case).saga = None;
        assert_eq!(breaches(&case), ["it is PLACED and has no saga"]);
    }

    #[test]
    fn a_final_order_whose_saga_has_not_ended_is_found_and_the_other_way_round() {
        let mut case = samples::delivered();
        samples::saga(&mut case).state = State::NeedsAttention;
        assert_eq!(
            breaches(&case),
            ["it is DELIVERED and its saga is NEEDS_ATTENTION"]
        );
        let mut case = samples::delivered();
        order(&mut case).status = OrderStatus::Confirmed;
        assert_eq!(
            breaches(&case),
            ["it is CONFIRMED and its saga is COMPLETED"]
        );
        let mut case = samples::cancelled();
        order(&mut case).status = OrderStatus::Cancelling;
        assert_eq!(
            breaches(&case),
            ["it is CANCELLING and its saga is COMPENSATED"]
        );
    }

    #[test]
    fn an_order_that_nothing_will_ever_move_is_found() {
        for mut case in [samples::placed(), samples::paying(), samples::cancelling()] {
            samples::saga(&mut case).due_at = None;
            let broken = breaches(&case);
            assert!(broken[0].ends_with("it is stuck"), "{broken:?}");
        }
    }

    #[test]
    fn what_waits_for_people_needs_no_timer() {
        for mut case in [samples::dispatched(), samples::delivery_failed()] {
            samples::saga(&mut case).due_at = None;
            assert_eq!(breaches(&case), [""; 0]);
        }
    }
}
