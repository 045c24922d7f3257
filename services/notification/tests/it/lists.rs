//! The list of notifications: one's own, read, unread, deleted.

use axum::http::StatusCode;
use shared_events::{OrderId, Role};

use crate::shop::{Shop, open, placed, registered};

async fn with_three_notices() -> Shop {
    let shop = open().await;
    let user = shop.service.customer.id;
    shop.service
        .deliver(registered(user, "ann@example.com", Role::Customer))
        .await;
    for _ in 0..2 {
        shop.service
            .deliver(placed(OrderId::new(), Some(user), "ann@example.com"))
            .await;
    }
    shop.service.settle().await;
    shop
}

#[tokio::test]
async fn a_list_is_paged_from_the_latest_on_and_belongs_to_one_user() {
    let shop = with_three_notices().await;
    let first = shop
        .service
        .get("/api/notifications?limit=2")
        .token(&shop.service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(first.at("/items").as_array().unwrap().len(), 2);
    let next = format!(
        "/api/notifications?limit=2&cursor={}",
        first.at("/next").as_str().unwrap()
    );
    let second = shop
        .service
        .get(&next)
        .token(&shop.service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(second.at("/items").as_array().unwrap().len(), 1);
    assert!(second.at("/next").is_null());
    let others = shop
        .service
        .get("/api/notifications")
        .token(&shop.service.other_customer)
        .await
        .expect(StatusCode::OK);
    assert!(others.at("/items").as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_read_is_no_longer_unread_and_what_is_deleted_is_gone() {
    let shop = with_three_notices().await;
    let service = &shop.service;
    let listed = service
        .get("/api/notifications")
        .token(&service.customer)
        .await
        .expect(StatusCode::OK);
    let id = listed
        .at("/items/0/notificationId")
        .as_str()
        .unwrap()
        .to_owned();
    let read = format!("/api/notifications/{id}/read");
    service
        .put(&read)
        .token(&service.other_customer)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    service
        .put(&read)
        .token(&service.customer)
        .await
        .expect(StatusCode::NO_CONTENT);
    let unread = service
        .get("/api/notifications/unread")
        .token(&service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(unread.at("/items").as_array().unwrap().len(), 2);
    let one = format!("/api/notifications/{id}");
    service
        .delete(&one)
        .token(&service.other_customer)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    service
        .delete(&one)
        .token(&service.customer)
        .await
        .expect(StatusCode::NO_CONTENT);
    let left = service
        .get("/api/notifications")
        .token(&service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(left.at("/items").as_array().unwrap().len(), 2);
}
