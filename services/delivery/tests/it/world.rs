//! The service on a fixture, the agents it has, and the commands of a saga.

use delivery_service::{Config, Migrator, build, demo};
use revcart_testkit::{Fixture, START, TestService};
use shared_events::{
    Address, AssignDelivery, CancelDelivery, Contact, Currency, Money, OrderId, SagaId, SagaRef,
    Service, Timestamp,
};

/// A postal code where agents are, and one where none are.
pub(crate) const MAINLAND: &str = "411001";
pub(crate) const ISLANDS: &str = "744101";

/// The service with the agents of the demo.
pub(crate) async fn with_demo_agents() -> TestService {
    let delivery = without_agents().await;
    let seeded = demo::seed(delivery.database(), delivery.agent.id).await;
    assert!(seeded.unwrap());
    delivery
}

/// The service without any agent.
pub(crate) async fn without_agents() -> TestService {
    Fixture::new::<Migrator>(Service::Delivery)
        .start(|adapters| build(Config::for_testing(), adapters))
        .await
}

/// In how many minutes the commands expire.
pub(crate) const MINUTES: u64 = 10;

/// When the commands expire.
pub(crate) fn expiry() -> Timestamp {
    START + std::time::Duration::from_secs(MINUTES * 60)
}

/// The step that asks; every order has a saga of its own.
pub(crate) fn saga(order: OrderId, attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(order.as_uuid()),
        step: "delivery".to_owned(),
        attempt,
    }
}

/// Find somebody who brings this order, in the first attempt.
pub(crate) fn assign(order: OrderId, postal_code: &str) -> AssignDelivery {
    AssignDelivery {
        order_id: order,
        shipping_address: Address {
            recipient: "A. Shopper".to_owned(),
            line1: "1 High Street".to_owned(),
            line2: None,
            city: "Pune".to_owned(),
            state: "MH".to_owned(),
            postal_code: postal_code.to_owned(),
            country: "IN".to_owned(),
            phone: "1".to_owned(),
        },
        lines: vec![],
        contact: Contact {
            name: "A. Shopper".to_owned(),
            email: "shopper@example.com".to_owned(),
            phone: None,
        },
        collect: None,
        expires_at: expiry(),
        saga: saga(order, 1),
    }
}

/// The same, to be paid at the door.
pub(crate) fn assign_cash(order: OrderId, minor: i64) -> AssignDelivery {
    AssignDelivery {
        collect: Some(Money::from_minor(minor, Currency::INR)),
        ..assign(order, MAINLAND)
    }
}

/// Do not bring it; compensations carry the next attempt.
pub(crate) fn cancel(order: OrderId, attempt: u32) -> CancelDelivery {
    CancelDelivery {
        order_id: order,
        saga: saga(order, attempt),
    }
}
