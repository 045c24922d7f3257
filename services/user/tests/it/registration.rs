//! Registering.

use http::StatusCode;
use serde_json::json;
use shared_events::{Role, UserRegistered};

use crate::people::{self, PASSWORD};

#[tokio::test]
async fn whoever_registers_is_a_customer_and_everybody_hears_of_it() {
    let service = people::start().await;
    let body = json!({"email": " Asha@Example.com ", "password": PASSWORD, "name": " Asha Rao ", "phone": "+91 98765 43210"});
    let reply = service
        .post("/api/users/register")
        .json(&body)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(reply.at("/email"), "asha@example.com");
    assert_eq!(reply.at("/name"), "Asha Rao");
    assert_eq!(reply.at("/role"), "customer");
    assert_eq!(reply.at("/verified"), true);
    assert!(!reply.text().contains("argon2"), "{}", reply.text());
    service.settle().await;
    let registered: UserRegistered = service.published_once();
    assert_eq!(
        registered.user_id.to_string(),
        reply.at("/userId").as_str().unwrap()
    );
    assert_eq!(
        (registered.email.as_str(), registered.role),
        ("asha@example.com", Role::Customer)
    );
    assert_eq!(registered.aggregate_version, 1);
    assert!(!format!("{:?}", service.said()).contains(PASSWORD));
}

#[tokio::test]
async fn an_address_is_taken_in_whatever_spelling() {
    let service = people::start().await;
    people::register(&service, "asha@example.com").await;
    let again = json!({"email": "ASHA@example.COM", "password": PASSWORD, "name": "Another"});
    service
        .post("/api/users/register")
        .json(&again)
        .await
        .expect_problem(StatusCode::CONFLICT, "EMAIL_TAKEN");
    service.settle().await;
    service.published_once::<UserRegistered>();
}

#[tokio::test]
async fn of_many_who_register_one_address_at_once_one_gets_it() {
    let service = people::start().await;
    let body = json!({"email": "asha@example.com", "password": PASSWORD, "name": "Asha"});
    let attempts =
        (0..20).map(|_| async { service.post("/api/users/register").json(&body).await.status });
    let statuses = futures::future::join_all(attempts).await;
    assert_eq!(
        statuses
            .iter()
            .filter(|status| **status == StatusCode::CREATED)
            .count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses
            .iter()
            .filter(|status| **status == StatusCode::CONFLICT)
            .count(),
        19,
        "{statuses:?}"
    );
}
