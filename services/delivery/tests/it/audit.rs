use delivery_service::audit::{self, DeliveryFacts};
use http::StatusCode;
use serde_json::json;
use shared_events::{Currency, DeliveryStatus, Money, OrderId, Service};

use crate::world::{self, ISLANDS, MAINLAND};

#[tokio::test]
async fn facts_tell_what_becomes_of_each_order_page_by_page() {
    let delivery = world::with_demo_agents().await;
    let [paid, open, called_off] = [OrderId::new(), OrderId::new(), OrderId::new()];
    delivery.deliver(world::assign_cash(paid, 500)).await;
    delivery.deliver(world::assign(open, ISLANDS)).await;
    delivery.deliver(world::cancel(called_off, 2)).await;
    delivery.settle().await;
    for status in ["PICKED_UP", "DELIVERED"] {
        let reply = world::report(&delivery, &delivery.admin, paid, status).await;
        reply.expect(StatusCode::OK);
    }
    let facts = |order_id, status, live, collected| DeliveryFacts {
        order_id,
        status,
        live,
        collected,
    };
    let cash = Money::from_minor(500, Currency::INR);
    let expected = [
        facts(paid, DeliveryStatus::Delivered, false, Some(cash)),
        facts(open, DeliveryStatus::Pending, true, None),
        facts(called_off, DeliveryStatus::Cancelled, false, None),
    ];
    let database = delivery.database();
    let first = audit::deliveries(database, None, 2).await.unwrap();
    assert_eq!(first, expected[..2]);
    let rest = audit::deliveries(database, Some(open), 2).await.unwrap();
    assert_eq!(rest, expected[2..]);
}

#[tokio::test]
async fn trace_tells_what_happened_to_an_order_here() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let path = format!("/api/delivery/{order}/status");
    for body in [
        json!({ "status": "PICKED_UP" }),
        json!({ "status": "DELIVERED", "note": "at the door", "proof": { "kind": "signature", "value": "signature 7" } }),
    ] {
        let reply = delivery.put(&path).token(&login).json(&body).await;
        reply.expect(StatusCode::OK);
    }
    let trace = |order| {
        let call = delivery.get(&format!("/internal/trace/{order}"));
        call.token(delivery.token_of(Service::Analytics))
    };
    let reply = trace(order).await.expect(StatusCode::OK);
    let records = reply.at("/records").as_array().unwrap();
    let told: Vec<_> = records
        .iter()
        .map(|it| {
            (
                it["title"].as_str().unwrap(),
                it["detail"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("delivery is ASSIGNED", "Asha"),
        ("delivery is PICKED_UP", "Asha"),
        ("delivery is DELIVERED", "Asha: at the door"),
    ];
    assert_eq!(told, expected);
    assert_eq!(records[0]["service"], "delivery-service");
    assert_eq!(records[0]["kind"], "delivery");
    let unheard = trace(OrderId::new()).await.expect(StatusCode::OK);
    assert_eq!(unheard.at("/records"), &json!([]));
}
