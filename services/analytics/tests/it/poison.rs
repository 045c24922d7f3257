use analytics_service::events;
use revcart_testkit::bad_input::spoilt;
use serde_json::json;
use shared_events::{Attributes, ProductId};

use crate::shop::{self, Order, ask, rupees, sent_at};

#[tokio::test]
async fn malformed_messages_become_dead_letters_and_the_rest_goes_on() {
    let mut shop = shop::open().await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    shop.deliver(order.placed()).await;
    let good = sent_at(shop.now(), order.placed());
    let absurd = json!({ "amount": "90000000000000.00", "currency": "INR" });
    let poison = [
        ("{".to_owned(), "undecodable"),
        ("[]".to_owned(), "undecodable"),
        (spoilt(&good, "/specversion", json!("0.3")), "undecodable"),
        (spoilt(&good, "/time", json!("soon")), "undecodable"),
        (spoilt(&good, "/data", json!({})), "permanent"),
        (spoilt(&good, "/data/orderId", json!("seven")), "permanent"),
        (spoilt(&good, "/data/total", absurd), "permanent"),
        (
            spoilt(&good, "/data/total/amount", json!("-1.00")),
            "permanent",
        ),
    ];
    for (body, _) in &poison {
        shop.deliver_raw(body, Attributes::default()).await;
    }
    shop.deliver(order.confirmed()).await;
    let mut dead = shop.dead_letters().await;
    assert_eq!(dead.len(), poison.len());
    for (body, class) in &poison {
        let at = dead.iter().position(|letter| letter.body == *body).unwrap();
        let letter = dead.swap_remove(at);
        assert_eq!(letter.class(), *class, "{body}");
        assert!(!letter.reason().is_empty());
    }
    // Neither counted nor logged; the good ones are both.
    let dashboard = ask(&shop, "/api/analytics/dashboard").await;
    assert_eq!(dashboard.at("/today/ordersPlaced"), 1);
    assert_eq!(dashboard.at("/today/ordersConfirmed"), 1);
    let log = events::tail(shop.database(), None, None, 100)
        .await
        .unwrap();
    assert_eq!(log.len(), 2);
}
