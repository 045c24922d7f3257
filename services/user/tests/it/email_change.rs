//! Getting another e-mail address.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::json;
use shared_events::UserProfileUpdated;

use crate::people::{self, PASSWORD, ask, code, login, mailed, not};

const OLD: &str = "asha@example.com";
const NEW: &str = "asha.rao@example.com";
const CHANGE: &str = "otp-change";

async fn wish(service: &TestService, who: &Actor, new: &str, password: &str) -> Reply {
    let body = json!({"newEmail": new, "password": password});
    let call = service.post("/api/users/email").token(who);
    call.json(&body).await
}

async fn confirm(service: &TestService, who: &Actor, code: &str) -> Reply {
    let call = service.post("/api/users/email/verify").token(who);
    call.json(&json!({"code": code})).await
}

#[tokio::test]
async fn the_code_that_came_to_the_new_address_makes_it_the_accounts() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    let reply = wish(&service, &asha, NEW, PASSWORD).await;
    reply.expect(StatusCode::ACCEPTED);
    let letters = mailed(&service, CHANGE).await;
    assert_eq!(letters[0].to.email.as_deref(), Some(NEW));
    assert!(letters[0].parameters.expose("action").is_some());
    login(&service, OLD, PASSWORD).await.expect(StatusCode::OK);
    let reply = confirm(&service, &asha, &code(&service, CHANGE).await).await;
    assert_eq!(reply.expect(StatusCode::OK).at("/email"), NEW);
    login(&service, NEW, PASSWORD).await.expect(StatusCode::OK);
    login(&service, OLD, PASSWORD)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    service.settle().await;
    let told: UserProfileUpdated = service.published_once();
    assert_eq!((told.email.as_str(), told.aggregate_version), (NEW, 2));
    assert_eq!(told.changed_fields, ["email"]);
}

#[tokio::test]
async fn a_token_without_the_password_changes_no_address() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    let reply = wish(&service, &asha, NEW, "not my password").await;
    reply.expect_problem(StatusCode::FORBIDDEN, "WRONG_PASSWORD");
    assert!(mailed(&service, CHANGE).await.is_empty());
}

#[tokio::test]
async fn a_wrong_code_changes_no_address_and_five_of_them_end_it() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let code = code(&service, CHANGE).await;
    for _ in 0..5 {
        let reply = confirm(&service, &asha, &not(&code)).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
    }
    let reply = confirm(&service, &asha, &code).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_anybody_else() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    let ravi = people::register(&service, "ravi@example.com").await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let code = code(&service, CHANGE).await;
    let reply = confirm(&service, &ravi, &code).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn an_address_that_somebody_has_taken_in_the_meantime_is_refused() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let code = code(&service, CHANGE).await;
    people::register(&service, NEW).await;
    let reply = confirm(&service, &asha, &code).await;
    reply.expect_problem(StatusCode::CONFLICT, "EMAIL_TAKEN");
    login(&service, OLD, PASSWORD).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_address_that_one_has_is_no_change() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    let reply = wish(&service, &asha, "ASHA@example.com", PASSWORD).await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}

#[tokio::test]
async fn who_asks_again_at_once_is_told_to_wait() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let reply = wish(&service, &asha, NEW, PASSWORD).await;
    let reply = reply.expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS");
    assert_eq!(reply.header("retry-after"), Some("60"));
    service.advance(Duration::from_secs(60)).await;
    let reply = wish(&service, &asha, NEW, PASSWORD).await;
    reply.expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_code_to_reset_the_password_that_went_to_the_old_address_ends_with_it() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    ask(&service, "forgot-password", json!({"email": OLD})).await;
    let reset = code(&service, "otp-reset").await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let reply = confirm(&service, &asha, &code(&service, CHANGE).await).await;
    reply.expect(StatusCode::OK);
    for email in [OLD, NEW] {
        let body = json!({"email": email, "code": reset, "newPassword": "another one"});
        let reply = ask(&service, "reset-password", body).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
    }
}

async fn set_status(service: &TestService, who: &Actor, status: &str) {
    let call = service.put(&format!("/api/users/{}/status", who.id));
    let call = call.token(&service.admin);
    let reply = call.json(&json!({"status": status})).await;
    reply.expect(StatusCode::OK);
}

async fn deactivate(service: &TestService, who: &Actor) {
    let call = service.post("/api/users/deactivate").token(who);
    let reply = call.json(&json!({"password": PASSWORD})).await;
    reply.expect(StatusCode::NO_CONTENT);
}

/// Somebody who knew the password asked for their own address; the owner shuts them out before they confirm it.
#[tokio::test]
async fn a_reset_ends_a_change_of_address_that_was_begun_before_it() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let pending = code(&service, CHANGE).await;
    ask(&service, "forgot-password", json!({"email": OLD})).await;
    let reset = code(&service, "otp-reset").await;
    let body = json!({"email": OLD, "code": reset, "newPassword": "another one"});
    let reply = ask(&service, "reset-password", body).await;
    reply.expect(StatusCode::NO_CONTENT);
    let reply = confirm(&service, &asha, &pending).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn another_password_ends_a_change_of_address_that_was_begun_before_it() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let pending = code(&service, CHANGE).await;
    let body = json!({"currentPassword": PASSWORD, "newPassword": "another one"});
    let call = service.put("/api/users/password").token(&asha);
    call.json(&body).await.expect(StatusCode::NO_CONTENT);
    let reply = confirm(&service, &asha, &pending).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn closing_an_account_ends_its_change_of_address_also_if_it_is_opened_again() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let pending = code(&service, CHANGE).await;
    deactivate(&service, &asha).await;
    set_status(&service, &asha, "ACTIVE").await;
    let reply = confirm(&service, &asha, &pending).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn suspending_an_account_ends_its_change_of_address_also_if_it_is_opened_again() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    wish(&service, &asha, NEW, PASSWORD).await;
    let pending = code(&service, CHANGE).await;
    set_status(&service, &asha, "SUSPENDED").await;
    set_status(&service, &asha, "ACTIVE").await;
    let reply = confirm(&service, &asha, &pending).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

/// An access token outlives the suspension of its account.
#[tokio::test]
async fn an_account_that_may_not_be_used_gets_no_other_address() {
    let service = people::start().await;
    let asha = people::register(&service, OLD).await;
    set_status(&service, &asha, "SUSPENDED").await;
    let reply = wish(&service, &asha, NEW, PASSWORD).await;
    reply.expect(StatusCode::ACCEPTED);
    let reply = confirm(&service, &asha, &code(&service, CHANGE).await).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
