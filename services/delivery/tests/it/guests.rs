//! Who has the token of an order sees the delivery of that order.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{OrderId, Service};

use crate::world::{self, MAINLAND};

const HOUR: Duration = Duration::from_secs(3600);

fn token(delivery: &TestService, order: OrderId) -> String {
    let of_orders = delivery.keys().service_tokens(Service::Order);
    of_orders.guest(order, HOUR)
}

#[tokio::test]
async fn guest_sees_the_delivery_of_their_order_and_of_no_other() {
    let delivery = world::with_demo_agents().await;
    let (own, other) = (OrderId::new(), OrderId::new());
    for order in [own, other] {
        delivery.deliver(world::assign(order, MAINLAND)).await;
    }
    delivery.settle().await;
    let token = token(&delivery, own);
    for way in ["order", "tracking"] {
        let seen = delivery.get(&format!("/api/delivery/{way}/{own}"));
        let seen = seen.token(&token).await.expect(StatusCode::OK);
        assert_eq!(seen.at("/orderId"), &json!(own));
        assert!(seen.at("/handoverCode").is_string());
        let foreign = delivery.get(&format!("/api/delivery/{way}/{other}"));
        let foreign = foreign.token(&token).await;
        foreign.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let call = delivery.get(&format!("/api/delivery/tracking/{own}"));
    let mut stream = call.token(&token).events().await;
    stream.expect(&["event: status", "ASSIGNED"]).await;
}

#[tokio::test]
async fn guest_may_do_nothing_else() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let token = token(&delivery, order);
    let report = delivery.put(&format!("/api/delivery/{order}/status"));
    let report = report.token(&token).json(&json!({ "status": "PICKED_UP" }));
    report
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    for path in [
        "/api/delivery",
        "/api/delivery/agents",
        "/api/delivery/agent/me",
    ] {
        let reply = delivery.get(path).token(&token).await;
        reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    delivery.clock().advance(HOUR);
    let late = delivery.get(&format!("/api/delivery/order/{order}"));
    let late = late.token(&token).await;
    late.expect_problem(StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED");
}
