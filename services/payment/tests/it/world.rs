//! A payment service under test, and the messages that it is sent.

use std::time::Duration;

use payment_service::{Config, Migrator, build};
use revcart_testkit::{Fixture, TestService};
use shared_events::{
    Currency, DeliveryCompleted, DeliveryId, Money, OrderId, PaymentMethod, PaymentToken,
    RefundPayment, RequestPayment, SagaId, SagaRef, Service, reasons,
};

pub(crate) const PRICE: Money = Money::from_minor(49_900, Currency::INR);
/// How long the saga lets a payment try.
pub(crate) const PATIENCE: Duration = Duration::from_secs(55);

pub(crate) async fn start() -> TestService {
    start_with(Config::for_testing()).await
}

pub(crate) async fn start_with(config: Config) -> TestService {
    Fixture::new::<Migrator>(Service::Payment)
        .start(async |adapters| build(config, adapters).await)
        .await
}

/// As after a crash.
pub(crate) async fn restart(payment: TestService) -> TestService {
    payment
        .restart(async |adapters| build(Config::for_testing(), adapters).await)
        .await
}

pub(crate) fn request(payment: &TestService, token: Option<&str>) -> RequestPayment {
    RequestPayment {
        order_id: OrderId::new(),
        user_id: Some(payment.customer.id),
        amount: PRICE,
        method: PaymentMethod::Dummy,
        payment_token: token.map(PaymentToken::new),
        expires_at: payment.now() + PATIENCE,
        saga: saga(1),
    }
}

pub(crate) fn cash(payment: &TestService) -> RequestPayment {
    RequestPayment {
        method: PaymentMethod::Cod,
        ..request(payment, None)
    }
}

pub(crate) fn refund(order_id: OrderId) -> RefundPayment {
    RefundPayment {
        order_id,
        reason: reasons::CANCELLED_BY_CUSTOMER.to_owned(),
        saga: saga(2),
    }
}

pub(crate) fn delivered(
    payment: &TestService,
    order_id: OrderId,
    collected: Option<Money>,
) -> DeliveryCompleted {
    DeliveryCompleted {
        delivery_id: DeliveryId::new(),
        order_id,
        delivered_at: payment.now(),
        collected,
    }
}

pub(crate) fn saga(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(uuid::Uuid::nil()),
        step: "payment".to_owned(),
        attempt,
    }
}
