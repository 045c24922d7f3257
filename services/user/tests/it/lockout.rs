//! Wrong passwords, and the pauses that they bring.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::TestService;
use serde_json::json;
use user_service::Config;
use user_service::config::Cost;

use crate::people::{self, PASSWORD, login, mailed};

const EMAIL: &str = "asha@example.com";
const NOBODY: &str = "nobody@example.com";
const WRONG: &str = "not my password";
const LOCKED: &str = "account-locked";

async fn fail(service: &TestService, email: &str, times: usize) {
    for _ in 0..times {
        login(service, email, WRONG)
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn after_five_wrong_passwords_even_the_right_one_has_to_wait_a_minute() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    fail(&service, EMAIL, 5).await;
    let reply = login(&service, EMAIL, PASSWORD).await;
    let reply = reply.expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
    assert_eq!(reply.header("retry-after"), Some("60"));
    service.clock().advance(Duration::from_secs(60));
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn the_pauses_grow_up_to_an_hour_for_known_and_unknown_addresses_alike() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    fail(&service, EMAIL, 5).await;
    fail(&service, NOBODY, 5).await;
    for wait in [60_u64, 300, 900, 3600, 3600] {
        for email in [EMAIL, NOBODY] {
            let reply = login(&service, email, WRONG).await;
            let reply = reply.expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
            assert_eq!(reply.header("retry-after"), Some(wait.to_string().as_str()));
        }
        service.clock().advance(Duration::from_secs(wait));
        fail(&service, EMAIL, 1).await;
        fail(&service, NOBODY, 1).await;
    }
}

#[tokio::test]
async fn the_right_password_makes_the_wrong_ones_forgotten() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    for _ in 0..3 {
        fail(&service, EMAIL, 4).await;
        login(&service, EMAIL, PASSWORD)
            .await
            .expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn a_day_makes_them_forgotten_too() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    fail(&service, EMAIL, 4).await;
    service.advance(Duration::from_secs(86_400)).await;
    fail(&service, EMAIL, 4).await;
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn one_account_locks_no_other() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    people::register(&service, "ravi@example.com").await;
    fail(&service, EMAIL, 5).await;
    login(&service, "ravi@example.com", PASSWORD)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_volley_of_guesses_is_worth_no_more_than_one_after_the_other() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let volley = (0..40).map(|_| login(&service, EMAIL, WRONG));
    let replies = futures::future::join_all(volley).await;
    let answered = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::UNAUTHORIZED);
    assert_eq!(answered.count(), 5);
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
}

#[tokio::test]
async fn the_owner_is_told_of_each_longer_pause_and_nobody_of_an_unknown_address() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    for _ in 0..10 {
        for _ in 0..5 {
            login(&service, EMAIL, WRONG).await;
            login(&service, NOBODY, WRONG).await;
        }
        service.clock().advance(Duration::from_secs(3600));
    }
    let letters = mailed(&service, LOCKED).await;
    let minutes: Vec<_> = letters
        .iter()
        .map(|letter| letter.parameters.expose("minutes").unwrap())
        .collect();
    assert_eq!(minutes, ["1", "5", "15", "60"]);
    assert!(
        letters
            .iter()
            .all(|letter| letter.to.email.as_deref() == Some(EMAIL))
    );
}

#[tokio::test]
async fn an_address_that_nobody_has_verified_is_not_written_to() {
    let service = people::start_strict().await;
    people::sign_up(&service, EMAIL, PASSWORD).await;
    fail(&service, EMAIL, 5).await;
    assert!(mailed(&service, LOCKED).await.is_empty());
}

#[tokio::test]
async fn wrong_passwords_of_who_is_signed_in_count_as_well() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let tries = [
        (
            "PUT",
            "password",
            json!({"currentPassword": WRONG, "newPassword": PASSWORD}),
        ),
        (
            "POST",
            "email",
            json!({"newEmail": "new@example.com", "password": WRONG}),
        ),
        ("POST", "deactivate", json!({"password": WRONG})),
    ];
    for (method, what, body) in tries.iter().cycle().take(5) {
        let path = format!("/api/users/{what}");
        let call = service.call(method.parse().unwrap(), &path).token(&asha);
        let reply = call.json(body).await;
        reply.expect_problem(StatusCode::FORBIDDEN, "WRONG_PASSWORD");
    }
    for (method, what, body) in &tries {
        let path = format!("/api/users/{what}");
        let call = service.call(method.parse().unwrap(), &path).token(&asha);
        let reply = call.json(body).await;
        reply.expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
    }
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
}

/// Each is looked at before any other has been counted, because hashing takes longer than looking.
#[tokio::test]
async fn the_right_password_at_the_end_of_a_volley_has_to_wait_too() {
    let rights = [
        (
            "PUT",
            "password",
            json!({"currentPassword": PASSWORD, "newPassword": "another long password"}),
        ),
        (
            "POST",
            "email",
            json!({"newEmail": "new@example.com", "password": PASSWORD}),
        ),
        (
            "POST",
            "email",
            json!({"newEmail": EMAIL, "password": PASSWORD}),
        ),
        ("POST", "deactivate", json!({"password": PASSWORD})),
    ];
    let wrong = ("POST", "deactivate", json!({"password": WRONG}));
    for right in rights {
        let service = people::start_with(slow()).await;
        let asha = people::register(&service, EMAIL).await;
        let volley = std::iter::repeat_n(&wrong, 20).chain([&right]);
        let volley = volley.map(|(method, what, body)| {
            let path = format!("/api/users/{what}");
            let call = service.call(method.parse().unwrap(), &path).token(&asha);
            call.json(body).into_future()
        });
        let mut replies = futures::future::join_all(volley).await;
        let last = replies.pop().unwrap();
        last.expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
        assert!(mailed(&service, "otp-change").await.is_empty());
        service.clock().advance(Duration::from_secs(60));
        login(&service, EMAIL, PASSWORD)
            .await
            .expect(StatusCode::OK);
    }
}

/// One password after the other, in the order in which they come, and each takes a moment.
fn slow() -> Config {
    Config {
        password_hashers: 1,
        password_cost: Cost {
            memory_kib: 256,
            passes: 8,
        },
        ..Config::for_testing()
    }
}
