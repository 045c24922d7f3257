use std::time::Duration;

use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{Envelope, ProductId};

use crate::shop::{self, Order, ask, given_up, january, money, rupees, sent_at};

async fn total(shop: &TestService) -> serde_json::Value {
    let path = "/api/analytics/abandonment?from=2026-01-01";
    ask(shop, path).await.at("/total").clone()
}

#[tokio::test]
async fn a_cart_that_is_ordered_after_all_is_recovered_where_it_was_given_up() {
    let shop = shop::open().await;
    let (lost, saved) = (given_up(rupees(500)), given_up(rupees(700)));
    let order = Order {
        cart: Some(saved.cart_id),
        ..Order::of(ProductId::new(), 1, rupees(650))
    };
    let other = Order::of(ProductId::new(), 1, rupees(100));
    let events = [
        sent_at(january("02T10:00"), lost),
        sent_at(january("02T11:00"), saved),
        sent_at(january("04T09:00"), order.placed()),
        sent_at(january("04T10:00"), other.placed()),
    ];
    for event in &events {
        shop.deliver_envelope(event).await;
    }
    shop.settle().await;
    let expected = json!({
        "abandoned": 2, "value": [money("12.00", "INR")], "ordered": 2, "rate": 0.5,
        "recovered": 1, "recoveredValue": [money("6.50", "INR")], "recoveryRate": 0.5,
    });
    assert_eq!(total(&shop).await, expected);
    let days = ask(
        &shop,
        "/api/analytics/abandonment?from=2026-01-02&to=2026-01-05",
    )
    .await;
    let recovered: Vec<_> = (0..3)
        .map(|day| days.at(&format!("/points/{day}/recovered")).as_i64())
        .collect();
    assert_eq!(recovered, [Some(1), Some(0), Some(0)]);
}

#[tokio::test]
async fn what_is_recovered_does_not_depend_on_the_order_in_which_it_is_told() {
    let cart = given_up(rupees(700)).cart_id;
    let given_up = |at| {
        let mut event = given_up(rupees(700));
        event.cart_id = cart;
        sent_at(january(at), event)
    };
    let ordered = |at, minor| {
        let order = Order {
            cart: Some(cart),
            ..Order::of(ProductId::new(), 1, rupees(minor))
        };
        sent_at(january(at), order.placed())
    };
    // Given up twice before it was ordered, ordered twice, and given up again.
    let events = [
        given_up("01T10:00"),
        given_up("02T10:00"),
        ordered("02T12:00", 100),
        ordered("03T12:00", 200),
        given_up("04T10:00"),
    ];
    let orders: [[usize; 5]; 5] = [
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [2, 0, 3, 1, 4],
        [3, 4, 0, 2, 1],
        [1, 3, 0, 4, 2],
    ];
    for (together, order) in orders.into_iter().enumerate() {
        let shop = shop::open().await;
        let shuffled: Vec<&Envelope> = order.iter().map(|index| &events[*index]).collect();
        for some in shuffled.chunks(together + 1) {
            for event in some.iter().chain(some) {
                shop.deliver_envelope(event).await;
            }
            shop.settle().await;
        }
        let total = total(&shop).await;
        assert_eq!(total["abandoned"], 3, "{order:?}");
        assert_eq!(total["recovered"], 1, "{order:?}");
        assert_eq!(
            total["recoveredValue"],
            json!([money("1.00", "INR")]),
            "{order:?}"
        );
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_a_month_for_a_cart() {
    let shop = shop::open().await;
    let cart = given_up(rupees(700));
    let cart_id = cart.cart_id;
    shop.deliver(cart).await;
    shop.settle().await;
    shop.advance(Duration::from_secs(31 * 86_400)).await;
    let order = Order {
        cart: Some(cart_id),
        ..Order::of(ProductId::new(), 1, rupees(650))
    };
    shop.deliver(order.placed()).await;
    shop.settle().await;
    let total = total(&shop).await;
    assert_eq!(
        (&total["abandoned"], &total["recovered"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(total["recoveredValue"], json!([]));
}
