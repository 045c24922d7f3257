//! Setting another password without knowing the old one.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{PasswordChangeReason, PasswordChanged};

use crate::people::{self, PASSWORD, ask, code, login, mailed, not, refresh, refresh_token};

const EMAIL: &str = "asha@example.com";
const NEW: &str = "another long password";
const RESET: &str = "otp-reset";

async fn forget(service: &TestService) {
    let reply = ask(service, "forgot-password", json!({"email": EMAIL})).await;
    reply.expect(StatusCode::ACCEPTED);
}

async fn reset(service: &TestService, code: &str) -> people::Reply {
    let body = json!({"email": EMAIL, "code": code, "newPassword": NEW});
    ask(service, "reset-password", body).await
}

#[tokio::test]
async fn who_reads_the_mail_sets_another_password_and_every_session_ends() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let session = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    forget(&service).await;
    let code = code(&service, RESET).await;
    let reply = reset(&service, &code).await;
    reply.expect(StatusCode::NO_CONTENT);
    refresh(&service, &session)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    login(&service, EMAIL, NEW).await.expect(StatusCode::OK);
    service.settle().await;
    let changed: PasswordChanged = service.published_once();
    assert_eq!(
        (changed.user_id, changed.reason),
        (asha.id, PasswordChangeReason::Reset)
    );
}

#[tokio::test]
async fn a_code_resets_once() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    forget(&service).await;
    let code = code(&service, RESET).await;
    let reply = reset(&service, &code).await;
    reply.expect(StatusCode::NO_CONTENT);
    let reply = reset(&service, &code).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn of_two_who_use_a_code_at_once_one_does() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    forget(&service).await;
    let code = code(&service, RESET).await;
    let (one, other) = futures::join!(reset(&service, &code), reset(&service, &code));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::BAD_REQUEST]);
    service.settle().await;
    service.published_once::<PasswordChanged>();
}

#[tokio::test]
async fn a_wrong_code_changes_nothing() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    forget(&service).await;
    let wrong = not(&code(&service, RESET).await);
    let reply = reset(&service, &wrong).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_code_may_be_looked_at_before_it_is_used() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    forget(&service).await;
    let code = code(&service, RESET).await;
    for (shown, status) in [
        (not(&code), StatusCode::BAD_REQUEST),
        (code.clone(), StatusCode::NO_CONTENT),
    ] {
        let body = json!({"email": EMAIL, "code": shown, "purpose": "RESET"});
        assert_eq!(ask(&service, "verify-otp", body).await.status, status);
    }
    let reply = reset(&service, &code).await;
    reply.expect(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn looking_at_codes_counts_like_using_them() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    forget(&service).await;
    let code = code(&service, RESET).await;
    for _ in 0..5 {
        let body = json!({"email": EMAIL, "code": not(&code), "purpose": "RESET"});
        ask(&service, "verify-otp", body).await;
    }
    service.clock().advance(Duration::from_secs(60));
    let reply = reset(&service, &code).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn a_reset_opens_an_account_that_wrong_passwords_have_locked() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    for _ in 0..5 {
        login(&service, EMAIL, "not my password").await;
    }
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
    forget(&service).await;
    let code = code(&service, RESET).await;
    let reply = reset(&service, &code).await;
    reply.expect(StatusCode::NO_CONTENT);
    login(&service, EMAIL, NEW).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_reset_shows_that_the_address_is_the_owners() {
    let service = people::start_strict().await;
    people::sign_up(&service, EMAIL, PASSWORD).await;
    forget(&service).await;
    let code = code(&service, RESET).await;
    let reply = reset(&service, &code).await;
    reply.expect(StatusCode::NO_CONTENT);
    login(&service, EMAIL, NEW).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_suspended_account_gets_no_code() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let path = format!("/api/users/{}/status", asha.id);
    let call = service.put(&path).token(&service.admin);
    call.json(&json!({"status": "SUSPENDED"})).await;
    forget(&service).await;
    assert!(mailed(&service, RESET).await.is_empty());
}

#[tokio::test]
async fn an_account_suspended_in_the_meantime_keeps_its_password() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    forget(&service).await;
    let code = code(&service, RESET).await;
    let path = format!("/api/users/{}/status", asha.id);
    let call = service.put(&path).token(&service.admin);
    call.json(&json!({"status": "SUSPENDED"})).await;
    let reply = reset(&service, &code).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}
