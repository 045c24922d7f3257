use http::StatusCode;
use serde_json::json;
use shared_events::{
    Currency, DeliveryCompleted, DeliveryFailed, DeliveryInProgress, Money, OrderId,
};

use crate::world::{self, MAINLAND};

#[tokio::test]
async fn agent_picks_it_up_and_hands_it_over() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let reply = world::report(&delivery, &login, order, "PICKED_UP").await;
    assert_eq!(reply.expect(StatusCode::OK).at("/status"), "PICKED_UP");
    delivery.settle().await;
    let in_progress = delivery.published_once::<DeliveryInProgress>();
    assert_eq!((in_progress.order_id, in_progress.agent_id), (order, agent));
    assert_eq!(world::load(&delivery, agent).await, 1);

    let path = format!("/api/delivery/{order}/status");
    let body = json!({ "status": "DELIVERED", "note": "at the door", "proof": { "kind": "signature", "value": "A. Rao" } });
    let reply = delivery.put(&path).token(&login).json(&body).await;
    let reply = reply.expect(StatusCode::OK);
    assert_eq!(reply.at("/status"), "DELIVERED");
    assert_eq!(reply.at("/statusHistory/2/note"), "at the door");
    assert_eq!(reply.at("/statusHistory/2/proof/kind"), "signature");
    assert_eq!(reply.at("/statusHistory/2/proof/value"), "A. Rao");
    delivery.settle().await;
    let completed = delivery.published_once::<DeliveryCompleted>();
    assert_eq!(completed.delivered_at, delivery.now());
    assert_eq!(completed.collected, None, "it was paid for");
    assert_eq!(world::load(&delivery, agent).await, 0);
    let said = delivery.said().pop().unwrap();
    assert_eq!(said.correlation_id, order.to_string());
}

#[tokio::test]
async fn cash_on_delivery_is_told_with_the_hand_over() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign_cash(order, 44_700)).await;
    delivery.settle().await;
    for status in ["PICKED_UP", "DELIVERED"] {
        let reply = world::report(&delivery, &delivery.admin, order, status).await;
        let reply = reply.expect(StatusCode::OK);
        assert_eq!(reply.at("/collect/amount"), "447.00");
    }
    delivery.settle().await;
    let completed = delivery.published_once::<DeliveryCompleted>();
    let cash = Money::from_minor(44_700, Currency::INR);
    assert_eq!(completed.collected, Some(cash));
}

#[tokio::test]
async fn what_is_said_twice_happens_once() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    for status in ["PICKED_UP", "DELIVERED", "DELIVERED"] {
        let reply = world::report(&delivery, &login, order, status).await;
        reply.expect(StatusCode::OK);
    }
    delivery.settle().await;
    assert_eq!(delivery.said().len(), 1);
    delivery.published_once::<DeliveryCompleted>();
    assert_eq!(world::load(&delivery, agent).await, 0);
}

#[tokio::test]
async fn steps_cannot_be_left_out_or_taken_back() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    for status in ["DELIVERED", "FAILED"] {
        let reply = world::report(&delivery, &login, order, status).await;
        let reply = reply.expect_problem(StatusCode::CONFLICT, "STATUS_NOT_ALLOWED");
        assert_eq!(reply.at("/allowed"), &json!(["PICKED_UP"]));
    }
    for status in ["PICKED_UP", "DELIVERED"] {
        let reply = world::report(&delivery, &login, order, status).await;
        reply.expect(StatusCode::OK);
    }
    for status in ["PICKED_UP", "FAILED"] {
        let reply = world::report(&delivery, &login, order, status).await;
        let reply = reply.expect_problem(StatusCode::CONFLICT, "STATUS_NOT_ALLOWED");
        assert_eq!(reply.at("/deliveryStatus"), "DELIVERED");
    }
    delivery.settle().await;
    assert!(delivery.published::<DeliveryFailed>().is_empty());
}

#[tokio::test]
async fn agents_move_only_what_is_assigned_to_them() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let (_, other) = world::hire(&delivery, None).await;
    for stranger in [&other, &delivery.agent] {
        let reply = world::report(&delivery, stranger, order, "PICKED_UP").await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let unknown = world::report(&delivery, &delivery.admin, OrderId::new(), "PICKED_UP").await;
    unknown.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let reply = world::report(&delivery, &login, order, "PICKED_UP").await;
    reply.expect(StatusCode::OK);
}
