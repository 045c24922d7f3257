//! Showing that the address of a new account is one's own, where that is asked for.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use shared_events::{Channel, UserRegistered};
use user_service::{Config, build};

use crate::people::{self, PASSWORD, ask, code, login, mailed, not, sign_up};

const EMAIL: &str = "asha@example.com";
const REGISTER: &str = "otp-register";

#[tokio::test]
async fn a_new_account_can_be_used_once_its_address_is_verified() {
    let service = people::start_strict().await;
    let reply = sign_up(&service, EMAIL, PASSWORD).await;
    let reply = reply.expect(StatusCode::ACCEPTED);
    assert_eq!(
        reply.json,
        json!({"email": EMAIL, "verified": false, "validForSeconds": 600, "resendAfterSeconds": 60})
    );
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED");
    let body = json!({"email": "Asha@Example.com", "code": code(&service, REGISTER).await});
    let reply = ask(&service, "verify-otp", body).await;
    reply.expect(StatusCode::NO_CONTENT);
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn nobody_hears_of_an_account_before_its_address_is_verified() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    service.settle().await;
    assert!(service.published::<UserRegistered>().is_empty());
    let body = json!({"email": EMAIL, "code": code(&service, REGISTER).await});
    ask(&service, "verify-otp", body).await;
    service.settle().await;
    let told: UserRegistered = service.published_once();
    assert_eq!((told.email.as_str(), told.aggregate_version), (EMAIL, 1));
}

#[tokio::test]
async fn the_code_goes_to_the_address_by_mail() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let letters = mailed(&service, REGISTER).await;
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}");
    };
    assert_eq!(letter.channel, Channel::Email);
    assert_eq!(letter.to.email.as_deref(), Some(EMAIL));
    assert_eq!(letter.to.name.as_deref(), Some("Asha Rao"));
    assert_eq!(letter.parameters.expose("minutes"), Some("10"));
    assert_eq!(code(&service, REGISTER).await.len(), 6);
}

#[tokio::test]
async fn a_code_verifies_once() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let body = json!({"email": EMAIL, "code": code(&service, REGISTER).await});
    let first = ask(&service, "verify-otp", body.clone()).await;
    first.expect(StatusCode::NO_CONTENT);
    let again = ask(&service, "verify-otp", body).await;
    again.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
    service.settle().await;
    service.published_once::<UserRegistered>();
}

/// A stranger who is first to register somebody's address must not choose the password that its owner confirms.
#[tokio::test]
async fn of_an_unverified_address_the_last_registration_counts() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, "the strangers password").await;
    let of_stranger = code(&service, REGISTER).await;
    service.advance(Duration::from_secs(60)).await;
    let reply = sign_up(&service, EMAIL, PASSWORD).await;
    reply.expect(StatusCode::ACCEPTED);
    let of_owner = code(&service, REGISTER).await;
    if of_stranger != of_owner {
        let body = json!({"email": EMAIL, "code": of_stranger});
        let old = ask(&service, "verify-otp", body).await;
        old.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
    }
    let body = json!({"email": EMAIL, "code": of_owner});
    let reply = ask(&service, "verify-otp", body).await;
    reply.expect(StatusCode::NO_CONTENT);
    login(&service, EMAIL, "the strangers password")
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

/// Otherwise the code that is in the mail already would confirm what came after it, or a stranger's password that came before.
#[tokio::test]
async fn of_two_registrations_that_one_code_is_sent_for_neither_password_counts() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, "the strangers password").await;
    let reply = sign_up(&service, EMAIL, PASSWORD).await;
    reply.expect(StatusCode::ACCEPTED);
    assert_eq!(mailed(&service, REGISTER).await.len(), 1);
    let body = json!({"email": EMAIL, "code": code(&service, REGISTER).await});
    let reply = ask(&service, "verify-otp", body).await;
    reply.expect(StatusCode::NO_CONTENT);
    for password in ["the strangers password", PASSWORD] {
        login(&service, EMAIL, password)
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    }
    ask(&service, "forgot-password", json!({"email": EMAIL})).await;
    let reset = code(&service, "otp-reset").await;
    let body = json!({"email": EMAIL, "code": reset, "newPassword": PASSWORD});
    let reply = ask(&service, "reset-password", body).await;
    reply.expect(StatusCode::NO_CONTENT);
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn who_registers_twice_with_the_same_password_can_use_it() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let letters = mailed(&service, REGISTER).await;
    assert_eq!(letters.len(), 1);
    let body = json!({"email": EMAIL, "code": code(&service, REGISTER).await});
    let reply = ask(&service, "verify-otp", body).await;
    reply.expect(StatusCode::NO_CONTENT);
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn of_two_strangers_who_register_an_address_at_once_neither_chooses_its_password() {
    let service = people::start_strict().await;
    futures::join!(
        sign_up(&service, EMAIL, "the strangers password"),
        sign_up(&service, EMAIL, PASSWORD)
    );
    let body = json!({"email": EMAIL, "code": code(&service, REGISTER).await});
    let reply = ask(&service, "verify-otp", body).await;
    reply.expect(StatusCode::NO_CONTENT);
    for password in ["the strangers password", PASSWORD] {
        login(&service, EMAIL, password)
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn the_owner_of_a_verified_account_is_mailed_a_way_in_instead() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let body = json!({"email": EMAIL, "code": code(&service, REGISTER).await});
    ask(&service, "verify-otp", body).await;
    service.advance(Duration::from_secs(60)).await;
    service.forget();
    let reply = sign_up(&service, EMAIL, "another password").await;
    reply.expect(StatusCode::ACCEPTED);
    assert!(mailed(&service, REGISTER).await.is_empty());
    assert_eq!(mailed(&service, "otp-reset").await.len(), 1);
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_code_verifies_nothing() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let wrong = not(&code(&service, REGISTER).await);
    let body = json!({"email": EMAIL, "code": wrong});
    let reply = ask(&service, "verify-otp", body).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED");
}

#[tokio::test]
async fn where_verification_is_asked_for_no_more_signing_in_is_enough() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let service = service
        .restart(async |adapters| build(Config::for_testing(), adapters).await)
        .await;
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
    service.settle().await;
    service.published_once::<UserRegistered>();
}
