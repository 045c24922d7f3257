use revcart_testkit::bad_input::spoilt;
use serde_json::json;
use shared_events::{Attributes, DeliveryAssigned, DeliveryCancelled, Envelope, OrderId, Service};

use crate::world::{self, MAINLAND};

#[tokio::test]
async fn malformed_messages_become_dead_letters_and_the_rest_goes_on() {
    let mut delivery = world::with_demo_agents().await;
    let good = delivery
        .deliver(world::assign(OrderId::new(), MAINLAND))
        .await;
    let poison = [
        "{".to_owned(),
        "[]".to_owned(),
        spoilt(&good, "/data", json!({})),
        spoilt(&good, "/data/orderId", json!("seven")),
        spoilt(&good, "/data/expiresAt", json!("soon")),
        spoilt(&good, "/data/shippingAddress", json!(null)),
        spoilt(&good, "/data/attempt", json!(-1)),
        spoilt(
            &good,
            "/type",
            json!("com.revcart.delivery.AssignDelivery.v9"),
        ),
        spoilt(&good, "/specversion", json!("0.3")),
    ];
    for body in &poison {
        delivery.deliver_raw(body, Attributes::default()).await;
    }
    let dead = delivery.dead_letters().await;
    assert_eq!(dead.len(), poison.len());
    for letter in &dead {
        assert_eq!(letter.class(), "undecodable");
        assert!(!letter.reason().is_empty());
    }
    delivery.published_once::<DeliveryAssigned>();
}

#[tokio::test]
async fn message_that_is_not_for_this_service_becomes_a_dead_letter_alone() {
    let mut delivery = world::with_demo_agents().await;
    let event = DeliveryCancelled {
        delivery_id: None,
        order_id: OrderId::new(),
        saga: None,
    };
    let stray = Envelope::new(Service::Delivery, delivery.now(), event);
    let (body, attributes) = (stray.encode(), stray.attributes());
    delivery.deliver_raw(&body, attributes).await;
    delivery
        .deliver(world::assign(OrderId::new(), MAINLAND))
        .await;
    let dead = delivery.dead_letters().await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].class(), "permanent");
    assert!(dead[0].reason().contains("DeliveryCancelled"));
    delivery.published_once::<DeliveryAssigned>();
}
