//! A guest logs in.

use http::StatusCode;
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::json;

use crate::catalogue::{add, contents, show, start};
use crate::coupons::make;
use crate::guests::{guest, look, put_in};

async fn merge(service: &TestService, who: &Actor, guest: &str) -> Reply {
    let reply = service
        .post("/api/cart/merge")
        .token(who)
        .json(&json!({"guestCartId": guest}))
        .await;
    reply.expect(StatusCode::OK)
}

#[tokio::test]
async fn what_a_guest_has_put_together_comes_into_the_users_cart_once() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let (tea, milk) = (catalogue.sell(10_000), catalogue.sell(20_000));
    let guest = guest();
    make(&service, "TEN", json!({})).await;
    put_in(&service, &guest, tea, 2).await;
    put_in(&service, &guest, milk, 1).await;
    let path = format!("/api/v1/cart/{guest}/coupon");
    let coupon = service.put(&path).json(&json!({"code": "TEN"})).await;
    coupon.expect(StatusCode::OK);
    add(&service, who, tea, 1).await;
    let merged = merge(&service, who, &guest).await;
    assert_eq!(contents(&merged), [(tea, 3), (milk, 1)]);
    assert_eq!(
        (
            merged.at("/notMerged"),
            merged.at("/couponCode"),
            merged.at("/version")
        ),
        (&json!([]), &json!("TEN"), &json!(2))
    );
    assert_eq!(contents(&look(&service, &guest).await), []);
    let again = merge(&service, who, &guest).await;
    assert_eq!(again.json, merged.json);
    assert_eq!(contents(&show(&service, who).await), [(tea, 3), (milk, 1)]);
}

#[tokio::test]
async fn a_user_who_had_no_cart_gets_the_guests() {
    let (service, catalogue) = start().await;
    let guest = guest();
    let tea = catalogue.sell(100);
    put_in(&service, &guest, tea, 2).await;
    let merged = merge(&service, &service.customer, &guest).await;
    assert_eq!(
        (contents(&merged), merged.at("/version")),
        (vec![(tea, 2)], &json!(1))
    );
    assert_eq!(
        contents(&show(&service, &service.customer).await),
        [(tea, 2)]
    );
}

#[tokio::test]
async fn what_finds_no_room_is_told() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let guest = guest();
    let tea = catalogue.sell(100);
    put_in(&service, &guest, tea, 5).await;
    add(&service, who, tea, 997).await;
    let merged = merge(&service, who, &guest).await;
    assert_eq!(contents(&merged), [(tea, 999)]);
    let left = json!([{"productId": tea, "name": "Assam tea", "quantity": 3, "code": "TOO_MANY"}]);
    assert_eq!(merged.at("/notMerged"), &left);
    assert_eq!(
        merge(&service, who, &guest).await.at("/notMerged"),
        &json!([])
    );
}

#[tokio::test]
async fn merging_at_the_same_time_counts_once() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let guest = guest();
    let tea = catalogue.sell(100);
    put_in(&service, &guest, tea, 2).await;
    let merges = (0..8).map(|_| merge(&service, who, &guest));
    futures::future::join_all(merges).await;
    assert_eq!(contents(&show(&service, who).await), [(tea, 2)]);
}

#[tokio::test]
async fn a_guest_who_never_had_a_cart_brings_nothing_and_no_users_cart_can_be_taken() {
    let (service, catalogue) = start().await;
    add(&service, &service.other_customer, catalogue.sell(100), 1).await;
    let forged = format!("guest-{}", service.other_customer.id);
    for nobody in [guest(), forged] {
        let merged = merge(&service, &service.customer, &nobody).await;
        assert_eq!(merged.at("/version"), 0);
    }
    for id in [json!(service.other_customer.id), json!("guest-7"), json!(7)] {
        let reply = service
            .post("/api/cart/merge")
            .token(&service.customer)
            .json(&json!({"guestCartId": id}))
            .await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
}
