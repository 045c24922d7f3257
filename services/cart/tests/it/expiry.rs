//! Carts that nobody will come back to.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use shared_events::{CartAbandoned, Service};

use crate::catalogue::{add, contents, for_checkout, show, start};
use crate::coupons::make;
use crate::guests::{guest, look, put_in};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn a_guests_cart_is_deleted_and_a_users_emptied_after_their_time() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let guest = guest();
    let tea = catalogue.sell(100);
    make(&service, "TEN", json!({})).await;
    put_in(&service, &guest, tea, 1).await;
    add(&service, who, tea, 1).await;
    let coupon = service
        .put("/api/cart/coupon")
        .token(who)
        .json(&json!({"code": "TEN"}))
        .await;
    coupon.expect(StatusCode::OK);
    service.advance(29 * DAY).await;
    assert_eq!(contents(&look(&service, &guest).await), [(tea, 1)]);
    service.advance(DAY).await;
    assert_eq!(look(&service, &guest).await.at("/version"), 0);
    assert_eq!(contents(&show(&service, who).await), [(tea, 1)]);
    service.advance(150 * DAY).await;
    let cart = show(&service, who).await;
    assert_eq!(
        (
            contents(&cart),
            cart.at("/version"),
            cart.json.get("couponCode")
        ),
        (vec![], &json!(3), None)
    );
    add(&service, who, tea, 1).await;
    service.advance(180 * DAY).await;
    assert_eq!(contents(&for_checkout(&service, who).await), []);
}

#[tokio::test]
async fn who_comes_back_in_time_keeps_their_cart_and_who_comes_back_later_gets_other_versions() {
    let (service, catalogue) = start().await;
    let guest = guest();
    let tea = catalogue.sell(100);
    let version = |cart: &revcart_testkit::Reply| cart.at("/version").as_u64().unwrap();
    put_in(&service, &guest, tea, 1).await;
    service.advance(20 * DAY).await;
    let last = put_in(&service, &guest, tea, 1).await;
    service.advance(20 * DAY).await;
    assert_eq!(contents(&look(&service, &guest).await), [(tea, 2)]);
    service.advance(10 * DAY).await;
    let next = put_in(&service, &guest, tea, 1).await;
    assert_eq!(contents(&next), [(tea, 1)]);
    assert!(version(&next) > version(&last));
}

#[tokio::test]
async fn more_carts_than_fit_one_transaction_all_expire() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(100);
    let guests: Vec<String> = (0..120).map(|_| guest()).collect();
    for guest in &guests {
        put_in(&service, guest, tea, 1).await;
    }
    service.advance(30 * DAY).await;
    for guest in &guests {
        assert_eq!(look(&service, guest).await.at("/version"), 0);
    }
}

#[tokio::test]
async fn a_guests_idle_cart_is_told_of_without_a_name() {
    let (service, catalogue) = start().await;
    let guest = guest();
    let cart = put_in(&service, &guest, catalogue.sell(100), 1).await;
    service.advance(DAY).await;
    let abandoned: CartAbandoned = service.published_once();
    assert_eq!(abandoned.user_id, None);
    assert_eq!(json!(abandoned.cart_id), *cart.at("/cartId"));
    let said = serde_json::to_string(&json!(abandoned)).unwrap();
    assert!(
        !said.contains(guest.trim_start_matches("guest-")),
        "the id is the guest's secret"
    );
    let path = format!("/internal/carts/{}", abandoned.cart_id);
    let cart = service
        .get(&path)
        .token(service.token_of(Service::Order))
        .await;
    assert_eq!(contents(&cart).len(), 1);
}
