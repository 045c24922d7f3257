//! One-time codes: how long, how often, and that they are seen in one mail and nowhere else.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::TestService;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use user_service::{Config, build};

use crate::people::{self, PASSWORD, ask, code, mailed, not, sign_up};

const EMAIL: &str = "asha@example.com";
const REGISTER: &str = "otp-register";

async fn verify(service: &TestService, code: &str) -> StatusCode {
    let body = json!({"email": EMAIL, "code": code});
    ask(service, "verify-otp", body).await.status
}

async fn resend(service: &TestService) {
    let reply = ask(service, "resend-otp", json!({"email": EMAIL})).await;
    let reply = reply.expect(StatusCode::ACCEPTED);
    assert_eq!(
        reply.json,
        json!({"validForSeconds": 600, "resendAfterSeconds": 60})
    );
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    for (age, status) in [
        (599, StatusCode::NO_CONTENT),
        (600, StatusCode::BAD_REQUEST),
    ] {
        let service = people::start_strict().await;
        sign_up(&service, EMAIL, PASSWORD).await;
        let code = code(&service, REGISTER).await;
        service.clock().advance(Duration::from_secs(age));
        assert_eq!(verify(&service, &code).await, status, "after {age} s");
    }
}

#[tokio::test]
async fn the_fifth_wrong_try_takes_the_code_away() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let code = code(&service, REGISTER).await;
    for _ in 0..5 {
        assert_eq!(verify(&service, &not(&code)).await, StatusCode::BAD_REQUEST);
    }
    // The pause that five wrong ones bring.
    service.clock().advance(Duration::from_secs(60));
    assert_eq!(verify(&service, &code).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn four_wrong_tries_leave_the_code_good() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let code = code(&service, REGISTER).await;
    for _ in 0..4 {
        verify(&service, &not(&code)).await;
    }
    assert_eq!(verify(&service, &code).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn of_many_tries_at_once_no_more_count_than_are_allowed() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let code = code(&service, REGISTER).await;
    let wrong = not(&code);
    let volley = (0..20).map(|_| verify(&service, &wrong));
    let statuses = futures::future::join_all(volley).await;
    let looked_at = statuses
        .iter()
        .filter(|status| **status == StatusCode::BAD_REQUEST);
    assert_eq!(looked_at.count(), 5, "{statuses:?}");
    assert_eq!(verify(&service, &code).await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn wrong_codes_bring_pauses_that_grow() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let code = code(&service, REGISTER).await;
    for _ in 0..5 {
        verify(&service, &not(&code)).await;
    }
    for wait in [60, 300, 900, 3600, 3600] {
        let body = json!({"email": EMAIL, "code": code});
        let reply = ask(&service, "verify-otp", body).await;
        let reply = reply.expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
        assert_eq!(reply.header("retry-after"), Some(wait.to_string().as_str()));
        service.clock().advance(Duration::from_secs(wait));
        assert_eq!(verify(&service, &not(&code)).await, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn another_code_is_mailed_after_a_minute_and_takes_the_place_of_the_first() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let first = code(&service, REGISTER).await;
    service.advance(Duration::from_secs(59)).await;
    resend(&service).await;
    assert_eq!(mailed(&service, REGISTER).await.len(), 1);
    service.advance(Duration::from_secs(1)).await;
    resend(&service).await;
    assert_eq!(mailed(&service, REGISTER).await.len(), 2);
    let second = code(&service, REGISTER).await;
    if first != second {
        assert_eq!(verify(&service, &first).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(verify(&service, &second).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn five_codes_an_hour_are_mailed_at_the_most() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    for _ in 0..20 {
        service.advance(Duration::from_secs(60)).await;
        resend(&service).await;
    }
    assert_eq!(mailed(&service, REGISTER).await.len(), 5);
    service.advance(Duration::from_secs(3600)).await;
    resend(&service).await;
    assert_eq!(mailed(&service, REGISTER).await.len(), 6);
}

#[tokio::test]
async fn a_code_for_one_thing_is_worth_nothing_for_another() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let of_registration = code(&service, REGISTER).await;
    ask(&service, "forgot-password", json!({"email": EMAIL})).await;
    let of_reset = code(&service, "otp-reset").await;
    if of_registration == of_reset {
        return;
    }
    assert_eq!(verify(&service, &of_reset).await, StatusCode::BAD_REQUEST);
    let body = json!({"email": EMAIL, "code": of_registration, "newPassword": PASSWORD});
    let reply = ask(&service, "reset-password", body).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "INVALID_CODE");
}

#[tokio::test]
async fn what_is_no_code_is_refused_before_it_is_tried() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let code = code(&service, REGISTER).await;
    for text in ["", "12345", "1234567", "abcdef", " 12345", "１２３４５６"] {
        assert_eq!(
            verify(&service, text).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{text}"
        );
    }
    assert_eq!(verify(&service, &code).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_code_stands_in_its_mail_and_nowhere_else() {
    let service = people::start_strict().await;
    let answer = sign_up(&service, EMAIL, PASSWORD).await;
    let code = code(&service, REGISTER).await;
    assert!(!answer.text().contains(&code));
    assert!(!format!("{:?}", service.said()).contains(&code), "in a log");
    let others = service.said();
    let others = others
        .iter()
        .filter(|it| it.data.name() != "SendNotification");
    assert!(others.into_iter().all(|it| !it.encode().contains(&code)));
    let stored = rows(&service, "SELECT id, digest FROM one_time_codes").await;
    assert_eq!(stored.len(), 1);
    assert!(!stored[0].contains(&code) && !stored[0].contains("asha"));
}

async fn rows(service: &TestService, sql: &str) -> Vec<String> {
    let connection = service.database().read();
    let query = Statement::from_string(connection.get_database_backend(), sql);
    let found = connection.query_all_raw(query).await.unwrap();
    let text = |row: &sea_orm::QueryResult, column: &str| {
        row.try_get::<Option<String>>("", column)
            .unwrap()
            .unwrap_or_default()
    };
    found
        .iter()
        .map(|row| format!("{} {}", text(row, "id"), text(row, "digest")))
        .collect()
}

#[tokio::test]
async fn codes_outlive_a_restart_and_are_forgotten_in_the_end() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    ask(
        &service,
        "resend-otp",
        json!({"email": "nobody@example.com"}),
    )
    .await;
    let code = code(&service, REGISTER).await;
    let strict = Config {
        require_verification: true,
        ..Config::for_testing()
    };
    let service = service
        .restart(async |adapters| build(strict, adapters).await)
        .await;
    assert_eq!(verify(&service, &code).await, StatusCode::NO_CONTENT);
    verify(&service, &code).await;
    let both = [
        "SELECT id, digest FROM one_time_codes",
        "SELECT id, id AS digest FROM lockouts",
    ];
    for table in both {
        assert!(!rows(&service, table).await.is_empty());
    }
    service.advance(Duration::from_secs(86_400 + 600)).await;
    for table in both {
        assert!(rows(&service, table).await.is_empty(), "{table}");
    }
}

#[tokio::test]
async fn another_pepper_knows_none_of_the_codes() {
    let service = people::start_strict().await;
    sign_up(&service, EMAIL, PASSWORD).await;
    let code = code(&service, REGISTER).await;
    let peppered = Config {
        code_pepper: Some(
            "a secret of more than thirty-two characters"
                .to_owned()
                .into(),
        ),
        ..Config::for_testing()
    };
    let service = service
        .restart(async |adapters| build(peppered, adapters).await)
        .await;
    assert_eq!(verify(&service, &code).await, StatusCode::BAD_REQUEST);
    let nobody: Value = json!({"email": "nobody@example.com"});
    let reply = ask(&service, "resend-otp", nobody).await;
    reply.expect(StatusCode::ACCEPTED);
}
