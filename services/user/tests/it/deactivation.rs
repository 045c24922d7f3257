//! Closing one's own account.

use http::StatusCode;
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::json;
use shared_events::{Role, Service};

use crate::people::{self, PASSWORD, login, refresh, refresh_token};

const EMAIL: &str = "asha@example.com";

async fn deactivate(service: &TestService, who: &Actor, password: &str) -> Reply {
    let call = service.post("/api/users/deactivate").token(who);
    call.json(&json!({"password": password})).await
}

#[tokio::test]
async fn a_closed_account_is_out_and_answered_like_one_that_never_was() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let signed_in = login(&service, EMAIL, PASSWORD).await;
    let reply = deactivate(&service, &asha, PASSWORD).await;
    reply.expect(StatusCode::NO_CONTENT);
    refresh(&service, &refresh_token(&signed_in))
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    let call = service.post("/api/users/validate-token");
    let call = call.token(service.token_of(Service::Order));
    let body = json!({"token": signed_in.at("/accessToken")});
    assert_eq!(call.json(&body).await.at("/reason"), "ACCOUNT_BARRED");
}

#[tokio::test]
async fn an_admin_sees_it_and_can_open_it_again() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    deactivate(&service, &asha, PASSWORD).await;
    let path = format!("/api/users/{}", asha.id);
    let shown = service.get(&path).token(&service.admin).await;
    assert_eq!(shown.at("/status"), "DEACTIVATED");
    let call = service.put(&format!("{path}/status")).token(&service.admin);
    let reply = call.json(&json!({"status": "ACTIVE"})).await;
    assert_eq!(reply.expect(StatusCode::OK).at("/status"), "ACTIVE");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_token_without_the_password_closes_nothing() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let reply = deactivate(&service, &asha, "not my password").await;
    reply.expect_problem(StatusCode::FORBIDDEN, "WRONG_PASSWORD");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn admins_do_not_close_their_own() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let call = service.put(&format!("/api/users/{}/role", asha.id));
    let call = call.token(&service.admin);
    call.json(&json!({"role": "admin"})).await;
    let asha = service.keys().user(asha.id, Role::Admin);
    let reply = deactivate(&service, &asha, PASSWORD).await;
    reply.expect_problem(StatusCode::CONFLICT, "OWN_ACCOUNT");
}

#[tokio::test]
async fn nobody_deactivates_anybody_else() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let call = service.put(&format!("/api/users/{}/status", asha.id));
    let call = call.token(&service.admin);
    let reply = call.json(&json!({"status": "DEACTIVATED"})).await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}
