use std::time::Duration;

use serde_json::json;
use shared_events::{CartId, ProductId, ProductViewed, UserId};

use crate::shop::{self, Order, ask, carted, registered, rupees, viewed};

#[tokio::test]
async fn who_comes_often_counts_once_a_day() {
    let shop = shop::open().await;
    let product = ProductId::new();
    let (ann, bob) = (UserId::new(), UserId::new());
    for _ in 0..3 {
        shop.deliver(viewed(product, Some(ann))).await;
        shop.deliver(carted(product, 1, ann)).await;
        shop.settle().await;
        shop.deliver(viewed(product, Some(bob))).await;
        shop.deliver(viewed(product, None)).await;
    }
    let visit = ProductViewed {
        session_id: Some("visit-7".to_owned()),
        ..viewed(product, None)
    };
    shop.deliver(visit.clone()).await;
    shop.deliver(visit).await;
    shop.settle().await;
    let today = ask(&shop, "/api/analytics/funnel?from=2026-01-05").await;
    assert_eq!(today.at("/total/viewed"), 3);
    assert_eq!(today.at("/total/carted"), 1);
    let activity = "/api/analytics/users/activity?from=2026-01-05";
    assert_eq!(ask(&shop, activity).await.at("/days/0/activeUsers"), 2);

    shop.advance(Duration::from_secs(86_400)).await;
    shop.deliver(viewed(product, Some(ann))).await;
    shop.settle().await;
    let days = ask(&shop, activity).await;
    assert_eq!(days.at("/days/0/visitors"), 3);
    assert_eq!(days.at("/days/1/visitors"), 1);
}

#[tokio::test]
async fn the_funnel_narrows_from_looking_to_paying() {
    let shop = shop::open().await;
    let product = ProductId::new();
    let users: Vec<_> = (0..4).map(|_| UserId::new()).collect();
    for user in &users {
        shop.deliver(registered(*user)).await;
        shop.deliver(viewed(product, Some(*user))).await;
    }
    for user in &users[..2] {
        let mut added = carted(product, 1, *user);
        added.cart_id = CartId::new();
        shop.deliver(added).await;
    }
    let order = Order {
        user: users[0],
        ..Order::of(product, 1, rupees(100))
    };
    shop.deliver(order.placed()).await;
    shop.settle().await;
    let funnel = ask(&shop, "/api/analytics/funnel").await;
    let expected = json!({
        "viewed": 4, "carted": 2, "ordered": 1, "paid": 0, "abandoned": 0,
        "viewedToCarted": 0.5, "cartedToOrdered": 0.5, "orderedToPaid": 0.0, "viewedToPaid": 0.0,
    });
    assert_eq!(funnel.at("/total"), &expected);
    assert_eq!(funnel.at("/points").as_array().unwrap().len(), 30);
    let activity = ask(&shop, "/api/analytics/users/activity").await;
    assert_eq!(activity.at("/usersRegistered"), 4);
    assert_eq!(activity.at("/usersRegisteredEver"), 4);
}

#[tokio::test]
async fn no_step_of_the_funnel_has_more_people_than_the_one_before() {
    let shop = shop::open().await;
    let product = ProductId::new();
    let ann = UserId::new();
    // She ordered three times, from a cart of yesterday, and was never seen to look at anything; guests are known by a cart.
    for _ in 0..3 {
        let order = Order {
            user: ann,
            ..Order::of(product, 1, rupees(100))
        };
        shop.deliver(order.placed()).await;
        shop.deliver(order.confirmed()).await;
        shop.settle().await;
    }
    let guest = Order::of(product, 1, rupees(100));
    let mut placed = guest.placed();
    placed.user_id = None;
    let mut confirmed = guest.confirmed();
    (confirmed.user_id, confirmed.cart_id) = (None, placed.cart_id.unwrap());
    let mut filled = carted(product, 1, ann);
    (filled.user_id, filled.cart_id) = (None, confirmed.cart_id);
    shop.deliver(placed).await;
    shop.deliver(filled).await;
    shop.deliver(viewed(product, Some(UserId::new()))).await;
    shop.settle().await;
    let steps = async |query: &str| {
        let funnel = ask(&shop, &format!("/api/analytics/funnel{query}")).await;
        ["viewed", "carted", "ordered", "paid"]
            .map(|step| funnel.at(&format!("/total/{step}")).as_i64().unwrap())
    };
    assert_eq!(steps("").await, [3, 2, 2, 1]);
    // The same guest and the same user on the next day: each counts again for the day, and once for week and month.
    shop.advance(Duration::from_secs(86_400)).await;
    shop.deliver(confirmed).await;
    shop.deliver(viewed(product, Some(ann))).await;
    shop.settle().await;
    assert_eq!(steps("?bucket=day").await, [5, 3, 3, 2]);
    assert_eq!(steps("?bucket=week").await, [3, 2, 2, 2]);
    assert_eq!(steps("?bucket=month").await, [3, 2, 2, 2]);
}

#[tokio::test]
async fn nothing_of_nothing_is_no_share() {
    let shop = shop::open().await;
    let funnel = ask(&shop, "/api/analytics/funnel?from=2026-01-05").await;
    assert_eq!(funnel.at("/total/viewed"), 0);
    assert!(funnel.at("/total/viewedToPaid").is_null());
    assert_eq!(
        ask(&shop, "/api/analytics/dashboard")
            .await
            .at("/topProducts"),
        &json!([])
    );
}
