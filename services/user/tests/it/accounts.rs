//! Other people's accounts, for admins and services.

use http::StatusCode;
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{Service, UserId};

use crate::people::{self, PASSWORD, login, refresh, refresh_token};

#[tokio::test]
async fn admins_page_through_all_accounts_youngest_first() {
    let service = people::start().await;
    for number in 0..5 {
        people::register(&service, &format!("user{number}@example.com")).await;
    }
    let mut found = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = service
            .get(&format!("/api/users{query}"))
            .token(&service.admin)
            .await
            .expect(StatusCode::OK);
        let items = page.at("/items").as_array().unwrap();
        found.extend(
            items
                .iter()
                .map(|item| item["email"].as_str().unwrap().to_owned()),
        );
        match page.at("/next").as_str() {
            Some(next) => query = format!("?limit=2&cursor={next}"),
            None => break,
        }
    }
    let expected: Vec<_> = (0..5)
        .rev()
        .map(|number| format!("user{number}@example.com"))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn services_and_admins_see_an_account_and_customers_do_not() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let path = format!("/api/users/{}", asha.id);
    for token in [
        service.token_of(Service::Order),
        service.admin.token.clone(),
    ] {
        let reply = service.get(&path).token(token).await.expect(StatusCode::OK);
        assert_eq!(reply.at("/email"), "asha@example.com");
    }
    service
        .get(&path)
        .token(&asha)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    service
        .get(&path)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
    for unknown in [UserId::new().to_string(), "seven".to_owned()] {
        let reply = service
            .get(&format!("/api/users/{unknown}"))
            .token(&service.admin)
            .await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_new_role_stands_in_the_next_tokens() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let session = refresh_token(&login(&service, "asha@example.com", PASSWORD).await);
    let path = format!("/api/users/{}/role", asha.id);
    let reply = service
        .put(&path)
        .token(&service.admin)
        .json(&json!({"role": "agent"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(reply.at("/role"), "agent");
    let token = refresh(&service, &session).await.expect(StatusCode::OK);
    assert_eq!(
        role_of(&service, token.at("/accessToken").as_str().unwrap()).await,
        "agent"
    );
}

async fn role_of(service: &TestService, token: &str) -> serde_json::Value {
    let call = service
        .post("/api/users/validate-token")
        .token(service.token_of(Service::Order));
    call.json(&json!({"token": token}))
        .await
        .expect(StatusCode::OK)
        .json["role"]
        .clone()
}

#[tokio::test]
async fn a_suspended_account_is_out_until_it_is_active_again() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let session = refresh_token(&login(&service, "asha@example.com", PASSWORD).await);
    let path = format!("/api/users/{}/status", asha.id);
    service
        .put(&path)
        .token(&service.admin)
        .json(&json!({"status": "SUSPENDED"}))
        .await
        .expect(StatusCode::OK);
    refresh(&service, &session)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    login(&service, "asha@example.com", PASSWORD)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "ACCOUNT_SUSPENDED");
    login(&service, "asha@example.com", "a wrong one")
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    service
        .put(&path)
        .token(&service.admin)
        .json(&json!({"status": "ACTIVE"}))
        .await
        .expect(StatusCode::OK);
    login(&service, "asha@example.com", PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn admins_cannot_shut_themselves_out() {
    let service = people::start().await;
    for (what, body) in [
        ("role", json!({"role": "customer"})),
        ("status", json!({"status": "SUSPENDED"})),
    ] {
        let path = format!("/api/users/{}/{what}", service.admin.id);
        service
            .put(&path)
            .token(&service.admin)
            .json(&body)
            .await
            .expect_problem(StatusCode::CONFLICT, "OWN_ACCOUNT");
        let path = format!("/api/users/{}/{what}", UserId::new());
        service
            .put(&path)
            .token(&service.admin)
            .json(&body)
            .await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        service
            .put(&path)
            .token(&service.customer)
            .json(&body)
            .await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
}

#[tokio::test]
async fn accounts_are_found_by_role_status_and_address() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let ravi = people::register(&service, "ravi@example.com").await;
    let zoe = people::register(&service, "zoe@example.com").await;
    for (who, what, body) in [
        (&ravi, "role", json!({"role": "agent"})),
        (&zoe, "status", json!({"status": "SUSPENDED"})),
    ] {
        let call = service.put(&format!("/api/users/{}/{what}", who.id));
        let reply = call.token(&service.admin).json(&body).await;
        reply.expect(StatusCode::OK);
    }
    for (query, wanted) in [
        ("role=customer", vec![&zoe, &asha]),
        ("role=agent", vec![&ravi]),
        ("role=admin", vec![]),
        ("status=ACTIVE", vec![&ravi, &asha]),
        ("status=SUSPENDED", vec![&zoe]),
        ("status=DEACTIVATED", vec![]),
        ("role=customer&status=ACTIVE", vec![&asha]),
        ("email=Ravi@Example.com", vec![&ravi]),
        ("role=customer&email=ravi@example.com", vec![]),
    ] {
        let path = format!("/api/users?{query}");
        let reply = service.get(&path).token(&service.admin).await;
        let reply = reply.expect(StatusCode::OK);
        let items = reply.at("/items").as_array().unwrap();
        let ids: Vec<_> = items
            .iter()
            .map(|it| it["userId"].as_str().unwrap())
            .collect();
        let wanted: Vec<_> = wanted.iter().map(|it| it.id.to_string()).collect();
        assert_eq!(ids, wanted, "{query}");
    }
    for query in ["role=service", "status=GONE", "email=nobody", "name=Asha"] {
        let path = format!("/api/users?{query}");
        let reply = service.get(&path).token(&service.admin).await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
}
