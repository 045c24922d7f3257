use revcart_testkit::bad_input::spoilt;
use serde_json::json;
use shared_events::{Attributes, Envelope, OrderId, ProductDeleted, Service};

use crate::shop::{self, figures, line, reserve};

#[tokio::test]
async fn malformed_messages_become_dead_letters_and_the_rest_goes_on() {
    let mut shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    shop.settle().await;
    let good = shop
        .deliver(reserve(OrderId::new(), &[line(product, 1)]))
        .await;
    let poison = [
        "{".to_owned(),
        "[]".to_owned(),
        spoilt(&good, "/data", json!({})),
        spoilt(&good, "/data/lines/0/quantity", json!(0)),
        spoilt(&good, "/data/orderId", json!("seven")),
        spoilt(&good, "/type", json!("com.revcart.product.ReserveStock.v9")),
        spoilt(&good, "/type", json!("com.revcart.product.Unheard.v1")),
        spoilt(&good, "/specversion", json!("0.3")),
    ];
    for body in &poison {
        shop.deliver_raw(body, Attributes::default()).await;
    }
    let dead = shop.dead_letters().await;
    assert_eq!(dead.len(), poison.len());
    for letter in &dead {
        assert_eq!(letter.class(), "undecodable");
        assert!(!letter.reason().is_empty());
    }
    assert_eq!(figures(&shop, product).await, [5, 1, 4, 0]);
}

#[tokio::test]
async fn a_message_that_is_not_for_this_service_becomes_a_dead_letter_alone() {
    let mut shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let stray = Envelope::new(
        Service::Product,
        shop.now(),
        ProductDeleted {
            product_id: product,
            aggregate_version: 9,
        },
    );
    shop.deliver_raw(&stray.encode(), stray.attributes()).await;
    shop.deliver(reserve(OrderId::new(), &[line(product, 1)]))
        .await;
    let dead = shop.dead_letters().await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].class(), "permanent");
    assert!(dead[0].reason().contains("ProductDeleted"));
    assert_eq!(figures(&shop, product).await, [5, 1, 4, 0]);
}
