//! The steps of the order saga, in every version that an instance may still run under.

use crate::engine::{Compensation, Definition, Retry, Step};

/// What the saga is called.
pub const NAME: &str = "order-checkout";

/// Every version that is known, oldest first. The last is the one that new orders begin with.
pub const DEFINITIONS: &[&Definition] = &[&V1];

/// The version with this number.
pub fn version(version: u32) -> Option<&'static Definition> {
    DEFINITIONS
        .iter()
        .copied()
        .find(|definition| definition.version == version)
}

/// The version that new orders begin with.
pub fn newest() -> &'static Definition {
    DEFINITIONS
        .last()
        .expect("the list is written down above and not empty")
}

/// Sets stock aside.
pub const RESERVE_STOCK: &str = "reserve-stock";
/// Takes the money, or the promise of it.
pub const PAYMENT: &str = "payment";
/// Finds somebody to bring it.
pub const DELIVERY: &str = "delivery";
/// The pivot: the agent has fetched it.
pub const DISPATCHED: &str = "dispatched";
/// The end: the shopper has it.
pub const DELIVERED: &str = "delivered";

/// Version 1. The last step has no row in the design's table: it is the wait between `OUT_FOR_DELIVERY` and
/// `DELIVERED` or `DELIVERY_FAILED`.
pub static V1: Definition = Definition {
    name: NAME,
    version: 1,
    fingerprint: "c7ddcfa2215fda1c",
    steps: &[
        Step {
            name: RESERVE_STOCK,
            command: Some("ReserveStock"),
            echoes: RESERVE_STOCK,
            succeeds_on: &["StockReserved"],
            fails_on: &["StockReservationFailed"],
            compensation: Some(Compensation {
                command: "ReleaseStock",
                undone_by: &["StockReleased"],
                refused_by: &[],
            }),
            deadline: Some("reservation"),
            retry: Retry::Resend,
            pivot: false,
        },
        Step {
            name: PAYMENT,
            command: Some("RequestPayment"),
            echoes: PAYMENT,
            succeeds_on: &["PaymentCompleted", "PaymentAuthorized"],
            fails_on: &["PaymentFailed(final)"],
            compensation: Some(Compensation {
                command: "RefundPayment",
                undone_by: &["RefundProcessed"],
                refused_by: &[],
            }),
            deadline: Some("payment"),
            retry: Retry::Never,
            pivot: false,
        },
        Step {
            name: DELIVERY,
            command: Some("AssignDelivery"),
            echoes: DELIVERY,
            succeeds_on: &["DeliveryAssigned"],
            fails_on: &["DeliveryFailed(assignment)"],
            compensation: Some(Compensation {
                command: "CancelDelivery",
                undone_by: &["DeliveryCancelled"],
                refused_by: &["DeliveryCancelRefused"],
            }),
            deadline: Some("delivery"),
            retry: Retry::Resend,
            pivot: false,
        },
        Step {
            name: DISPATCHED,
            command: None,
            echoes: DELIVERY,
            succeeds_on: &["DeliveryInProgress"],
            fails_on: &[],
            compensation: None,
            deadline: None,
            retry: Retry::Never,
            pivot: true,
        },
        Step {
            name: DELIVERED,
            command: None,
            echoes: DELIVERY,
            succeeds_on: &["DeliveryCompleted"],
            fails_on: &["DeliveryFailed(doorstep)"],
            compensation: None,
            deadline: None,
            retry: Retry::Never,
            pivot: false,
        },
    ],
};
