//! Commands and agents for tests.

use shared_events::{
    Address, AgentId, AssignDelivery, CancelDelivery, Contact, Currency, Money, OrderId, SagaId,
    SagaRef, Timestamp,
};
use uuid::Uuid;

use super::Courier;

/// When searches end.
pub(crate) const EXPIRY: Timestamp = Timestamp::from_micros(1_000);

/// The one order.
pub(crate) fn order() -> OrderId {
    OrderId::from_uuid(Uuid::from_u128(1))
}

pub(crate) fn saga(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(Uuid::from_u128(2)),
        step: "delivery".to_owned(),
        attempt,
    }
}

/// An agent who is free.
pub(crate) fn courier(number: u128) -> Courier {
    Courier {
        agent_id: AgentId::from_uuid(Uuid::from_u128(number)),
        name: format!("Agent {number}"),
        estimated_arrival: Timestamp::from_micros(5_000),
    }
}

/// To be paid at the door.
pub(crate) fn assignment(attempt: u32) -> AssignDelivery {
    let text = |text: &str| text.to_owned();
    AssignDelivery {
        order_id: order(),
        shipping_address: Address {
            recipient: text("A. Shopper"),
            line1: text("1 High Street"),
            line2: None,
            city: text("Pune"),
            state: text("MH"),
            postal_code: text("411001"),
            country: text("IN"),
            phone: text("0"),
        },
        lines: vec![],
        contact: Contact {
            name: text("A. Shopper"),
            email: text("shopper@example.com"),
            phone: None,
        },
        collect: Some(cash()),
        expires_at: EXPIRY,
        saga: saga(attempt),
    }
}

pub(crate) fn cash() -> Money {
    Money::from_minor(30_000, Currency::INR)
}

pub(crate) fn cancellation(attempt: u32) -> CancelDelivery {
    CancelDelivery {
        order_id: order(),
        saga: saga(attempt),
    }
}
