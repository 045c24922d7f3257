use revcart_testkit::bad_input::spoilt;
use serde_json::json;
use shared_events::{Attributes, Envelope, PaymentCompleted, RequestPayment, Service, samples};

use crate::world::{self, request, rupees};

#[tokio::test]
async fn malformed_messages_become_dead_letters_and_the_rest_goes_on() {
    let mut payment = world::start().await;
    let good = payment.deliver(request(&payment, None)).await;
    let poison = [
        "{".to_owned(),
        "[]".to_owned(),
        spoilt(&good, "/data", json!({})),
        spoilt(&good, "/data/amount", json!(499)),
        spoilt(&good, "/data/method", json!("BARTER")),
        spoilt(&good, "/data/orderId", json!("seven")),
        spoilt(
            &good,
            "/type",
            json!("com.revcart.payment.RequestPayment.v9"),
        ),
        spoilt(&good, "/specversion", json!("0.3")),
    ];
    for body in &poison {
        payment.deliver_raw(body, Attributes::default()).await;
    }
    let dead = payment.dead_letters().await;
    assert_eq!(dead.len(), poison.len());
    for letter in &dead {
        assert_eq!(letter.class(), "undecodable");
        assert!(!letter.reason().is_empty());
    }
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn a_message_that_is_not_for_this_service_becomes_a_dead_letter_alone() {
    let mut payment = world::start().await;
    let placed = samples::find("OrderPlaced").unwrap();
    let stray = Envelope::new(Service::Order, payment.now(), placed);
    payment
        .deliver_raw(&stray.encode(), stray.attributes())
        .await;
    payment.deliver(request(&payment, None)).await;
    let dead = payment.dead_letters().await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].class(), "permanent");
    assert!(dead[0].reason().contains("OrderPlaced"));
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn an_amount_below_zero_becomes_a_dead_letter() {
    let mut payment = world::start().await;
    let negative = RequestPayment {
        amount: rupees(-1),
        ..request(&payment, None)
    };
    payment.deliver(negative).await;
    payment.deliver(request(&payment, None)).await;
    let dead = payment.dead_letters().await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].class(), "permanent");
    payment.published_once::<PaymentCompleted>();
}
