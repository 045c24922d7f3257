//! Two replicas on one database server. A file has one owner, and these say nothing about it (`crowd` and `crashes` do).

use std::time::Duration;

use futures::future::join;
use http::StatusCode;
use payment_service::{Config, audit, build};
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{OrderId, PaymentCompleted, RefundProcessed};

use crate::world::{self, LEASE, PRICE, calls, refund, request};

const PAYMENTS: usize = 24;

async fn replica(payment: &TestService) -> Option<TestService> {
    let build = async |adapters| build(Config::for_testing(), adapters).await;
    payment.replica(build).await
}

/// One round of messages and one of the executor, of both at the same time.
async fn both(one: &TestService, other: &TestService) {
    let (mine, theirs) = (one.parts(), other.parts());
    let (one, other) = join(mine.consumers[0].step(), theirs.consumers[0].step()).await;
    one.unwrap();
    other.unwrap();
    let (one, other) = join(mine.jobs[0].step(), theirs.jobs[0].step()).await;
    one.unwrap();
    other.unwrap();
}

fn completed(one: &TestService, other: &TestService) -> Vec<OrderId> {
    let said = [one, other].map(|replica| replica.published::<PaymentCompleted>());
    let mut orders: Vec<_> = said.iter().flatten().map(|it| it.order_id).collect();
    orders.sort_unstable();
    orders
}

/// What stands in the books of the gateway and in the service's own, in minor units.
async fn taken(payment: &TestService, order: OrderId) -> (i64, i64) {
    let facts = audit::payment_of(payment.database(), order).await.unwrap();
    let facts = facts.unwrap();
    (facts.at_gateway.unwrap().captured, facts.captured)
}

#[tokio::test]
async fn executors_of_two_replicas_take_no_money_twice() {
    let payment = world::start().await;
    let Some(other) = replica(&payment).await else {
        return;
    };
    let mut orders = Vec::new();
    for number in 0..PAYMENTS {
        let lost = (number % 3 == 0).then_some("tok_capture_lost");
        let request = request(&payment, lost);
        orders.push(request.order_id);
        payment.deliver(request).await;
    }
    orders.sort_unstable();
    for _ in 0..4 {
        both(&payment, &other).await;
        payment.clock().advance(Duration::from_secs(1));
    }
    join(payment.settle(), other.settle()).await;
    assert_eq!(completed(&payment, &other), orders);
    for order in orders {
        assert_eq!(taken(&payment, order).await, (PRICE.minor(), PRICE.minor()));
    }
}

#[tokio::test]
async fn a_visit_that_begins_when_its_lease_is_over_takes_nothing_a_second_time() {
    let payment = world::start().await;
    let Some(other) = replica(&payment).await else {
        return;
    };
    let mut orders = Vec::new();
    for _ in 0..PAYMENTS {
        let request = request(&payment, None);
        orders.push(request.order_id);
        payment.deliver(request).await;
    }
    orders.sort_unstable();
    payment.parts().consumers[0].step().await.unwrap();
    payment.clock().advance(LEASE);
    join(payment.settle(), other.settle()).await;
    assert_eq!(completed(&payment, &other), orders);
    for order in orders {
        assert_eq!(taken(&payment, order).await, (PRICE.minor(), PRICE.minor()));
    }
}

#[tokio::test]
async fn commands_about_one_order_that_reach_two_replicas_at_once_are_all_obeyed() {
    let payment = world::start().await;
    let Some(other) = replica(&payment).await else {
        return;
    };
    let (own, theirs) = (&payment.parts().consumers[0], &other.parts().consumers[0]);
    let mut orders = Vec::new();
    for _ in 0..PAYMENTS {
        let request = request(&payment, None);
        orders.push(request.order_id);
        payment.deliver(request.clone()).await;
        let close = async {
            payment.deliver(refund(request.order_id)).await;
            theirs.step().await
        };
        let (first, second) = join(own.step(), close).await;
        first.unwrap();
        second.unwrap();
    }
    orders.sort_unstable();
    for _ in 0..3 {
        join(payment.settle(), other.settle()).await;
        payment.clock().advance(Duration::from_secs(5));
    }
    let said = [&payment, &other].map(|replica| replica.published::<RefundProcessed>());
    let mut closed: Vec<_> = said.iter().flatten().map(|it| it.order_id).collect();
    closed.sort_unstable();
    assert_eq!(closed, orders);
    for order in orders {
        let facts = audit::payment_of(payment.database(), order).await.unwrap();
        let facts = facts.unwrap();
        assert_eq!(
            facts.captured,
            facts.refunded,
            "{:?}",
            calls(&payment, order).await
        );
        assert!(facts.is_closed());
    }
}

/// Somebody wants most of the money back at each of two replicas at the same time: one of them is told that it is too much.
#[tokio::test]
async fn refunds_that_two_replicas_are_asked_for_at_once_are_never_more_than_was_taken() {
    let payment = world::start().await;
    let Some(other) = replica(&payment).await else {
        return;
    };
    for round in 0..PAYMENTS {
        let order = world::paid(&payment).await;
        let body = json!({ "orderId": order, "amount": { "amount": "300.00", "currency": "INR" }, "reason": "broken" });
        let refund = |replica: &TestService, key: &str| {
            let call = replica.post("/api/payments/refund").token(&payment.admin);
            call.idempotency_key(&format!("{key} {round}")).json(&body)
        };
        let replies = join(async { refund(&payment, "one").await.status }, async {
            refund(&other, "other").await.status
        });
        let (one, two) = replies.await;
        let mut both = [one, two];
        both.sort_unstable();
        assert_eq!(both, [StatusCode::ACCEPTED, StatusCode::CONFLICT]);
        join(payment.settle(), other.settle()).await;
        let facts = audit::payment_of(payment.database(), order).await.unwrap();
        let facts = facts.unwrap();
        assert_eq!((facts.captured, facts.refunded), (PRICE.minor(), 30_000));
        assert_eq!(facts.at_gateway.unwrap().refunded, 30_000);
    }
}
