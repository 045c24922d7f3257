//! What most tests begin with: the service, the commands of an order's saga, and a look at a payment.

use std::time::Duration;

use http::StatusCode;
use payment_service::{Config, Migrator, build};
use revcart_persistence::Error;
use revcart_testkit::{Fixture, Reply, START, TestService};
use sea_orm::ConnectionTrait;
use shared_events::{
    Currency, DeliveryCompleted, DeliveryId, Money, OrderId, PaymentMethod, PaymentToken,
    RefundPayment, RequestPayment, SagaId, SagaRef, Service, Timestamp, reasons,
};

/// What every order costs.
pub(crate) const PRICE: Money = rupees(499);
/// How long the saga lets a payment try.
pub(crate) const PATIENCE: Duration = Duration::from_secs(55);

/// How long a process that is at a payment has it for itself.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// The service on an empty database.
pub(crate) async fn start() -> TestService {
    start_with(Config::for_testing()).await
}

/// The same with other settings.
pub(crate) async fn start_with(config: Config) -> TestService {
    start_at(START, config).await
}

/// The same at another time.
pub(crate) async fn start_at(time: Timestamp, config: Config) -> TestService {
    Fixture::new::<Migrator>(Service::Payment)
        .at(time)
        .start(async |adapters| build(config, adapters).await)
        .await
}

/// The service again, as after a crash; on a server at a time at which what it had leased is free again.
pub(crate) async fn restart(payment: TestService) -> TestService {
    let payment = payment
        .restart(async |adapters| build(Config::for_testing(), adapters).await)
        .await;
    if !payment.database().is_sole_owner() {
        payment.clock().advance(LEASE);
    }
    payment
}

/// The command to have a new order paid through the gateway for tests.
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

/// The same in cash.
pub(crate) fn cash(payment: &TestService) -> RequestPayment {
    RequestPayment {
        method: PaymentMethod::Cod,
        ..request(payment, None)
    }
}

/// The command to close the payment of an order.
pub(crate) fn refund(order_id: OrderId) -> RefundPayment {
    RefundPayment {
        order_id,
        reason: reasons::CANCELLED_BY_CUSTOMER.to_owned(),
        saga: saga(2),
    }
}

/// The fact that an order was handed over.
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

/// The return address of a saga.
pub(crate) fn saga(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(uuid::Uuid::nil()),
        step: "payment".to_owned(),
        attempt,
    }
}

/// An order that is paid.
pub(crate) async fn paid(payment: &TestService) -> OrderId {
    let request = request(payment, None);
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

/// The payment of an order, as an admin sees it.
pub(crate) async fn show(payment: &TestService, order: OrderId) -> Reply {
    let path = format!("/api/payments/order/{order}");
    let reply = payment.get(&path).token(&payment.admin).await;
    reply.expect(StatusCode::OK)
}

/// Status, money taken, money given back.
pub(crate) async fn figures(payment: &TestService, order: OrderId) -> [String; 3] {
    let shown = show(payment, order).await;
    ["/status", "/captured/amount", "/refunded/amount"]
        .map(|field| shown.at(field).as_str().unwrap().to_owned())
}

/// What was asked of gateways for an order, and what came of it.
pub(crate) async fn calls(payment: &TestService, order: OrderId) -> Vec<String> {
    let shown = show(payment, order).await;
    let attempts = shown.at("/attempts").as_array().unwrap().clone();
    let text = |call: &serde_json::Value, field| call[field].as_str().unwrap().to_owned();
    let line = |call| format!("{} {}", text(call, "operation"), text(call, "outcome"));
    attempts.iter().map(line).collect()
}

/// Whole rupees.
pub(crate) const fn rupees(whole: i64) -> Money {
    Money::from_minor(whole * 100, Currency::INR)
}

/// Changes the database behind the service's back.
pub(crate) async fn execute(payment: &TestService, sql: &'static str) -> Result<(), Error> {
    let write = payment.database().write(sql, |unit, sql| {
        Box::pin(async move {
            unit.sql().execute_unprepared(sql).await?;
            Ok(())
        })
    });
    write.await
}
