//! Signing in, staying signed in, signing out.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::people::{self, PASSWORD, login, refresh, refresh_token};

const EMAIL: &str = "asha@example.com";

#[tokio::test]
async fn the_right_password_gives_tokens() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let reply = login(&service, "Asha@Example.com", PASSWORD)
        .await
        .expect(StatusCode::OK);
    assert_eq!(reply.at("/tokenType"), "Bearer");
    assert_eq!(reply.at("/expiresIn"), 900);
    assert_eq!(
        reply
            .at("/accessToken")
            .as_str()
            .unwrap()
            .split('.')
            .count(),
        3
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let wrong = login(&service, EMAIL, "not my password")
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    let unknown = login(&service, "nobody@example.com", PASSWORD)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    assert_eq!(wrong.at("/detail"), unknown.at("/detail"));
}

#[tokio::test]
async fn each_refresh_gives_the_next_pair() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let mut token = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    for _ in 0..3 {
        let reply = refresh(&service, &token).await.expect(StatusCode::OK);
        assert_ne!(refresh_token(&reply), token);
        token = refresh_token(&reply);
    }
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_whole_session_and_no_other() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let elsewhere = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let stolen = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let current = refresh_token(&refresh(&service, &stolen).await.expect(StatusCode::OK));
    refresh(&service, &stolen)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    refresh(&service, &current)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    refresh(&service, &elsewhere).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn of_two_refreshes_at_once_one_wins_and_the_session_ends() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let token = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let (one, other) =
        futures::future::join(refresh(&service, &token), refresh(&service, &token)).await;
    let won: Vec<_> = [one, other]
        .into_iter()
        .filter(|reply| reply.status == StatusCode::OK)
        .collect();
    assert_eq!(won.len(), 1);
    refresh(&service, &refresh_token(&won[0]))
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
}

#[tokio::test]
async fn a_session_that_is_not_refreshed_ends_after_thirty_days_and_is_forgotten() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let kept = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let left = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    service.advance(Duration::from_secs(29 * 86_400)).await;
    let kept = refresh_token(&refresh(&service, &kept).await.expect(StatusCode::OK));
    service.clock().advance(Duration::from_secs(86_400));
    refresh(&service, &left)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    service.settle().await;
    refresh(&service, &left)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    refresh(&service, &kept).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_may_be_repeated() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let token = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    for _ in 0..2 {
        service
            .post("/api/users/logout")
            .json(&json!({"refreshToken": token}))
            .await
            .expect(StatusCode::NO_CONTENT);
    }
    refresh(&service, &token)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
}

/// The id of a session is shown to its owner, and is no secret.
#[tokio::test]
async fn the_id_of_a_session_without_its_secret_signs_nobody_out() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let token = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let (session, _) = token.split_once('.').unwrap();
    let made_up = format!("{session}.{}", "A".repeat(43));
    service
        .post("/api/users/logout")
        .json(&json!({"refreshToken": made_up}))
        .await
        .expect(StatusCode::NO_CONTENT);
    refresh(&service, &token).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let service = people::start().await;
    for token in [
        "x",
        "00000000000000000000000000000000.AAAA",
        &"é".repeat(200),
    ] {
        refresh(&service, token)
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    }
}
