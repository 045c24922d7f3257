//! Access tokens, and the keys by which others check them.

use std::time::Duration;

use http::StatusCode;
use revcart_http_edge::{Identity, Jwks, KeySource, ServiceTrust, Verifier};
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{Role, Service};
use user_service::{Config, build};

use crate::people::{self, PASSWORD, login};

const EMAIL: &str = "asha@example.com";

async fn published(service: &TestService) -> Jwks {
    service
        .get("/.well-known/jwks.json")
        .await
        .expect(StatusCode::OK)
        .parse()
}

async fn access_token(service: &TestService) -> String {
    let reply = login(service, EMAIL, PASSWORD).await.expect(StatusCode::OK);
    reply.at("/accessToken").as_str().unwrap().to_owned()
}

async fn validate(service: &TestService, token: &str) -> serde_json::Value {
    let call = service
        .post("/api/users/validate-token")
        .token(service.token_of(Service::Order));
    call.json(&json!({"token": token}))
        .await
        .expect(StatusCode::OK)
        .json
}

#[tokio::test]
async fn an_access_token_is_checked_by_the_published_keys() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let keys = KeySource::Static(published(&service).await);
    let verifier = Verifier::new(keys, ServiceTrust::new(), service.clock().clone());
    let verified = verifier
        .verify(&access_token(&service).await)
        .await
        .unwrap();
    assert_eq!(verified.identity, Identity::user(asha.id, Role::Customer));
    assert_eq!(
        verified.expires_at - service.now(),
        Duration::from_secs(900)
    );
}

#[tokio::test]
async fn the_key_outlives_a_restart() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let (keys, token) = (published(&service).await, access_token(&service).await);
    let service = service
        .restart(async |adapters| build(Config::for_testing(), adapters).await)
        .await;
    assert_eq!(published(&service).await, keys);
    assert_eq!(validate(&service, &token).await["valid"], true);
}

#[tokio::test]
async fn validation_tells_whose_a_token_is_and_when_it_ends() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let token = access_token(&service).await;
    let answer = validate(&service, &token).await;
    assert_eq!(answer["valid"], true);
    assert_eq!(answer["userId"], asha.id.to_string());
    assert_eq!(answer["role"], "customer");
    service.advance(Duration::from_secs(900)).await;
    assert_eq!(
        validate(&service, &token).await,
        json!({"valid": false, "reason": "TOKEN_EXPIRED"})
    );
    assert_eq!(
        validate(&service, "forged").await,
        json!({"valid": false, "reason": "INVALID_TOKEN"})
    );
}

#[tokio::test]
async fn a_token_of_a_suspended_account_is_not_valid() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let token = access_token(&service).await;
    let path = format!("/api/users/{}/status", asha.id);
    service
        .put(&path)
        .token(&service.admin)
        .json(&json!({"status": "SUSPENDED"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        validate(&service, &token).await,
        json!({"valid": false, "reason": "ACCOUNT_BARRED"})
    );
}
