//! Bad requests and bad messages: the right 4xx, a dead letter with a reason, and the service goes on.

use axum::http::StatusCode;
use shared_events::{Attributes, Role, UserId};

use crate::shop::{open, registered};

#[tokio::test]
async fn requests_without_a_token_or_with_nonsense_are_refused() {
    let shop = open().await;
    let service = &shop.service;
    for path in ["/api/notifications", "/api/notifications/unread"] {
        service
            .get(path)
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        service
            .get(&format!("{path}?cursor=nonsense"))
            .token(&service.customer)
            .await
            .expect_problem(StatusCode::BAD_REQUEST, "BAD_CURSOR");
        let limit = service
            .get(&format!("{path}?limit=0"))
            .token(&service.customer)
            .await;
        assert!(limit.status.is_client_error(), "{}", limit.text());
    }
    service
        .put("/api/notifications/nonsense/read")
        .token(&service.customer)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    service
        .delete("/api/notifications/nonsense")
        .token(&service.customer)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    service
        .get("/ws/notifications")
        .token(&service.customer)
        .await
        .expect_problem(StatusCode::BAD_REQUEST, "NOT_A_WEBSOCKET");
    service
        .get("/internal/trace/nonsense")
        .token(&service.admin)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}

#[tokio::test]
async fn a_poisonous_message_is_a_dead_letter_and_the_consumer_goes_on() {
    let mut shop = open().await;
    for poison in ["not json", "{}", r#"{"specversion":"1.0"}"#] {
        shop.service.deliver_raw(poison, Attributes::new()).await;
    }
    shop.service
        .deliver(registered(UserId::new(), "ann@example.com", Role::Customer))
        .await;
    assert_eq!(shop.service.dead_letters().await.len(), 3);
    assert_eq!(shop.mailbox().matches("Subject: Welcome").count(), 1);
}
