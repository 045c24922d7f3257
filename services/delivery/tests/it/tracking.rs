use http::{Method, StatusCode};
use revcart_testkit::{Stub, TestService};
use serde_json::json;
use shared_events::{OrderId, Service};

use crate::world::{self, MAINLAND};

/// Both ways to look at the delivery of an order.
fn ways(order: OrderId) -> [String; 2] {
    [
        format!("/api/delivery/order/{order}"),
        format!("/api/delivery/tracking/{order}"),
    ]
}

async fn assigned(delivery: &TestService) -> OrderId {
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    order
}

#[tokio::test]
async fn customer_sees_the_delivery_of_their_order() {
    let orders = Stub::new();
    let delivery = world::beside(&orders).await;
    let (agent, _) = world::hire(&delivery, None).await;
    let order = assigned(&delivery).await;
    world::belongs_to(&orders, order, delivery.customer.id);
    for path in ways(order) {
        let seen = delivery.get(&path).token(&delivery.customer).await;
        let seen = seen.expect(StatusCode::OK);
        assert_eq!(seen.at("/status"), "ASSIGNED", "{path}");
        assert_eq!(seen.at("/agent/agentId"), &json!(agent));
        assert_eq!(seen.at("/agent/name"), "Asha");
        assert!(seen.at("/estimatedArrival").is_string());
        assert_eq!(seen.at("/statusHistory/0/status"), "ASSIGNED");
        let foreign = delivery.get(&path).token(&delivery.other_customer).await;
        foreign.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}

#[tokio::test]
async fn customer_sees_nothing_of_orders_that_nobody_knows_or_a_guest_placed() {
    let orders = Stub::new();
    let delivery = world::beside(&orders).await;
    world::hire(&delivery, None).await;
    let (guests, unknown, unheard) = (
        assigned(&delivery).await,
        assigned(&delivery).await,
        OrderId::new(),
    );
    let body = json!({ "orderId": guests, "status": "CONFIRMED" });
    let path = format!("/api/orders/{guests}");
    orders.answer(Method::GET, &path, StatusCode::OK, body);
    for order in [guests, unknown, unheard] {
        for path in ways(order) {
            let reply = delivery.get(&path).token(&delivery.customer).await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn customer_is_told_when_nobody_can_say_whose_order_it_is() {
    let orders = Stub::new();
    let delivery = world::beside(&orders).await;
    world::hire(&delivery, None).await;
    let order = assigned(&delivery).await;
    let path = format!("/api/orders/{order}");
    let down = json!({ "code": "UNAVAILABLE", "detail": "down" });
    orders.answer(Method::GET, &path, StatusCode::SERVICE_UNAVAILABLE, down);
    let [path, _] = ways(order);
    let reply = delivery.get(&path).token(&delivery.customer).await;
    reply.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
}

#[tokio::test]
async fn agents_see_what_they_bring_admins_and_services_see_all() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = assigned(&delivery).await;
    let (_, other) = world::hire(&delivery, None).await;
    for path in ways(order) {
        for token in [
            login.token.clone(),
            delivery.admin.token.clone(),
            delivery.token_of(Service::Analytics),
        ] {
            let reply = delivery.get(&path).token(token).await;
            reply.expect(StatusCode::OK);
        }
        for stranger in [&other, &delivery.agent] {
            let reply = delivery.get(&path).token(stranger).await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn delivery_tells_what_is_brought_where_to() {
    let delivery = world::with_demo_agents().await;
    let order = assigned(&delivery).await;
    let [path, _] = ways(order);
    let seen = delivery.get(&path).token(&delivery.admin).await;
    let seen = seen.expect(StatusCode::OK);
    assert_eq!(seen.at("/deliveryId"), &json!(order));
    assert_eq!(seen.at("/zone"), "default");
    assert_eq!(seen.at("/shippingAddress/postalCode"), MAINLAND);
    assert_eq!(seen.at("/contact/email"), "shopper@example.com");
    assert_eq!(seen.at("/version"), &json!(1));
}

#[tokio::test]
async fn tombstone_is_a_cancelled_delivery_of_nothing() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::cancel(order, 2)).await;
    delivery.settle().await;
    for path in ways(order) {
        let seen = delivery.get(&path).token(&delivery.admin).await;
        let seen = seen.expect(StatusCode::OK);
        assert_eq!(seen.at("/status"), "CANCELLED");
        assert_eq!(seen.at("/shippingAddress"), &json!(null));
    }
}
