//! What may be decided about an order by hand, by where it stands. Everything else is the saga's business.
//!
//! | order is | wanted | the saga is told |
//! | --- | --- | --- |
//! | `PLACED`, `CONFIRMED` | `CANCELLED` | an admin wants it undone |
//! | `DELIVERY_FAILED` | `OUT_FOR_DELIVERY` | try the delivery again, under the next attempt |
//! | `DELIVERY_FAILED` | `CANCELLED` | undo it; with `restock` the goods go on the shelf again |

use saga::order::{Action, Input, Intervention};
use shared_events::{CancelledBy, OrderStatus};

/// What somebody wants of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Where it should stand.
    pub status: OrderStatus,
    /// Whether goods that came back are to be sold again.
    pub restock: bool,
    /// Who wants it.
    pub who: String,
    /// Why.
    pub why: String,
}

/// An order that stands there cannot be brought where it is wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {from} cannot be made {to} by hand")]
pub struct NotAllowed {
    /// Where it stands.
    pub from: OrderStatus,
    /// Where it was wanted.
    pub to: OrderStatus,
    /// Where it could be brought.
    pub instead: &'static [OrderStatus],
}

/// What the saga is to be told.
pub fn input(from: OrderStatus, wish: Wish) -> Result<Input, NotAllowed> {
    let Wish {
        status: to,
        restock,
        who,
        why,
    } = wish;
    match (from, to) {
        (OrderStatus::Placed | OrderStatus::Confirmed, OrderStatus::Cancelled) => {
            Ok(Input::CancelWanted {
                by: CancelledBy::Admin,
                reason: Some(why),
            })
        }
        (OrderStatus::DeliveryFailed, OrderStatus::OutForDelivery) => {
            Ok(Input::Operator(Intervention {
                action: Action::Retry,
                who,
                why,
            }))
        }
        (OrderStatus::DeliveryFailed, OrderStatus::Cancelled) => {
            Ok(Input::Operator(Intervention {
                action: Action::Compensate { restock },
                who,
                why,
            }))
        }
        _ => Err(NotAllowed {
            from,
            to,
            instead: allowed(from),
        }),
    }
}

/// Where an order that stands there can be brought by hand.
pub fn allowed(from: OrderStatus) -> &'static [OrderStatus] {
    match from {
        OrderStatus::Placed | OrderStatus::Confirmed => &[OrderStatus::Cancelled],
        OrderStatus::DeliveryFailed => &[OrderStatus::OutForDelivery, OrderStatus::Cancelled],
        OrderStatus::OutForDelivery
        | OrderStatus::Delivered
        | OrderStatus::Cancelling
        | OrderStatus::Cancelled => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [OrderStatus; 7] = [
        OrderStatus::Placed,
        OrderStatus::Confirmed,
        OrderStatus::OutForDelivery,
        OrderStatus::Delivered,
        OrderStatus::Cancelling,
        OrderStatus::Cancelled,
        OrderStatus::DeliveryFailed,
    ];

    fn wish(status: OrderStatus) -> Wish {
        Wish {
            status,
            restock: true,
            who: "user:1".to_owned(),
            why: "called in".to_owned(),
        }
    }

    #[test]
    fn a_wish_is_granted_exactly_where_the_table_says_so() {
        for from in ALL {
            for to in ALL {
                let granted = input(from, wish(to)).is_ok();
                assert_eq!(granted, allowed(from).contains(&to), "{from} to {to}");
            }
        }
    }

    #[test]
    fn a_failed_delivery_is_cancelled_with_what_came_back() {
        let told = input(OrderStatus::DeliveryFailed, wish(OrderStatus::Cancelled));
        let Ok(Input::Operator(intervention)) = told else {
            panic!("{told:?}")
        };
        assert_eq!(intervention.action, Action::Compensate { restock: true });
        assert_eq!(
            (intervention.who.as_str(), intervention.why.as_str()),
            ("user:1", "called in")
        );
    }

    #[test]
    fn an_order_on_its_way_cannot_be_steered() {
        for to in ALL {
            let refused = input(OrderStatus::OutForDelivery, wish(to)).unwrap_err();
            assert!(refused.instead.is_empty());
        }
    }
}
