//! Two replicas on one database. A file has one owner, and most of these say nothing about it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::join_all;
use http::StatusCode;
use revcart_http_edge::{Jwks, Signer};
use revcart_persistence::Error;
use revcart_testkit::TestService;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared_events::{Service, UserRegistered};
use user_service::{Config, build, demo};

use crate::people::{self, PASSWORD, login, refresh, refresh_token};

const EMAIL: &str = "asha@example.com";
const NEW: &str = "another long password";

async fn replica(service: &TestService) -> Option<TestService> {
    service
        .replica(async |adapters| build(Config::for_testing(), adapters).await)
        .await
}

async fn two() -> Option<(TestService, TestService)> {
    let service = people::start().await;
    let other = replica(&service).await?;
    Some((service, other))
}

async fn execute(service: &TestService, sql: String) {
    let write = service.database().write(sql, |unit, sql| {
        Box::pin(async move {
            unit.sql().execute_unprepared(sql).await?;
            Ok::<_, Error>(())
        })
    });
    write.await.unwrap();
}

async fn published(service: &TestService) -> Jwks {
    let keys = service.get("/.well-known/jwks.json").await;
    keys.expect(StatusCode::OK).parse()
}

async fn access_token(service: &TestService) -> String {
    let reply = login(service, EMAIL, PASSWORD).await.expect(StatusCode::OK);
    reply.at("/accessToken").as_str().unwrap().to_owned()
}

async fn accepts(service: &TestService, token: &str) -> bool {
    let call = service.post("/api/users/validate-token");
    let call = call.token(service.token_of(Service::Order));
    let reply = call.json(&json!({ "token": token })).await;
    reply.expect(StatusCode::OK).at("/valid") == true
}

#[tokio::test]
async fn replicas_that_start_at_once_on_an_empty_database_have_one_key() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    execute(&service, "DELETE FROM signing_keys".to_owned()).await;
    let starting = (0..4).map(|_| replica(&service));
    let replicas: Vec<TestService> = join_all(starting).await.into_iter().flatten().collect();
    for one in &replicas {
        assert_eq!(published(one).await, published(&replicas[0]).await);
        let token = access_token(one).await;
        for another in &replicas {
            assert!(accepts(another, &token).await);
        }
    }
}

/// Adds a signing key the way an operator would.
async fn add_key(service: &TestService) -> String {
    let signer = Signer::generate();
    let (kid, now) = (signer.kid().to_owned(), service.now().micros());
    let pkcs8 = STANDARD.encode(signer.to_pkcs8());
    let sql = format!(
        "INSERT INTO signing_keys (kid, pkcs8, number, created_at) VALUES ('{kid}', '{pkcs8}', 2, {now})"
    );
    execute(service, sql).await;
    kid
}

#[tokio::test]
async fn a_new_key_is_published_everywhere_before_it_signs() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let other = replica(&service).await;
    let replicas: Vec<&TestService> = std::iter::once(&service).chain(&other).collect();
    let before = access_token(&service).await;
    let kid = add_key(&service).await;
    for replica in &replicas {
        replica.advance(Duration::from_secs(15)).await;
        let keys = serde_json::to_string(&published(replica).await).unwrap();
        assert!(keys.contains(&kid), "{keys}");
        assert_eq!(
            signed_with(&access_token(replica).await),
            signed_with(&before)
        );
    }
    service.clock().advance(Duration::from_secs(600));
    for replica in &replicas {
        let token = access_token(replica).await;
        assert_eq!(signed_with(&token), kid);
        for another in &replicas {
            assert!(accepts(another, &token).await);
        }
    }
    execute(
        &service,
        "DELETE FROM signing_keys WHERE number = 1".to_owned(),
    )
    .await;
    for replica in &replicas {
        replica.settle().await;
        assert!(!accepts(replica, &before).await, "a key is withdrawn");
    }
}

/// The id of the key in the header of a token.
fn signed_with(token: &str) -> String {
    let header = token.split('.').next().unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(header)
        .unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refresh_token_that_comes_to_both_at_once_is_good_once() {
    let Some((service, other)) = two().await else {
        return;
    };
    people::register(&service, EMAIL).await;
    for _ in 0..10 {
        let token = refresh_token(&login(&service, EMAIL, PASSWORD).await);
        let (here, there) = futures::join!(refresh(&service, &token), refresh(&other, &token));
        let (good, bad) = match here.status {
            StatusCode::OK => (here, there),
            _ => (there, here),
        };
        bad.expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
        let next = refresh_token(&good.expect(StatusCode::OK));
        // Somebody holds a copy, and nobody can tell who.
        refresh(&other, &next)
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    }
}

#[tokio::test]
async fn an_address_registered_on_both_at_once_is_one_account() {
    let Some((service, other)) = two().await else {
        return;
    };
    let body = json!({"email": EMAIL, "password": PASSWORD, "name": "Asha Rao"});
    let register = |service: &TestService| {
        let call = service.post("/api/users/register");
        call.json(&body).into_future()
    };
    let (here, there) = futures::join!(register(&service), register(&other));
    let (made, refused) = match here.status {
        StatusCode::CREATED => (here, there),
        _ => (there, here),
    };
    made.expect(StatusCode::CREATED);
    refused.expect_problem(StatusCode::CONFLICT, "EMAIL_TAKEN");
}

#[tokio::test]
async fn of_two_changes_of_a_password_one_counts_and_no_session_survives_it() {
    let Some((service, other)) = two().await else {
        return;
    };
    let asha = people::register(&service, EMAIL).await;
    let change = |service: &TestService| {
        let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
        let call = service.put("/api/users/password").token(&asha);
        call.json(&body).into_future()
    };
    let (here, there, signed_in) = futures::join!(
        change(&service),
        change(&other),
        login(&other, EMAIL, PASSWORD)
    );
    let statuses = [here.status, there.status];
    assert!(statuses.contains(&StatusCode::NO_CONTENT), "{statuses:?}");
    assert!(statuses.contains(&StatusCode::FORBIDDEN), "{statuses:?}");
    if signed_in.status == StatusCode::OK {
        refresh(&service, &refresh_token(&signed_in))
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    }
}

#[tokio::test]
async fn the_demo_logins_are_seeded_by_one() {
    let Some((service, other)) = two().await else {
        return;
    };
    let config = Config::for_testing();
    let (here, there) = futures::join!(
        demo::seed(&config, service.database(), service.clock()),
        demo::seed(&config, other.database(), other.clock())
    );
    assert_ne!(here.unwrap(), there.unwrap());
    futures::join!(service.settle(), other.settle());
    let told = |service: &TestService| service.published::<UserRegistered>().len();
    assert_eq!(told(&service) + told(&other), demo::LOGINS.len());
}
