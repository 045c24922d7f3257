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

const KEYS: &str = "/api/users/signing-keys";

async fn states(service: &TestService) -> Vec<(String, String)> {
    let reply = service.get(KEYS).token(&service.admin).await;
    let reply = reply.expect(StatusCode::OK);
    let text = |item: &serde_json::Value, name: &str| item[name].as_str().unwrap().to_owned();
    let items = reply.at("/items").as_array().unwrap();
    items
        .iter()
        .map(|item| (text(item, "kid"), text(item, "state")))
        .collect()
}

fn words(states: &[(String, String)]) -> Vec<&str> {
    states.iter().map(|(_, state)| state.as_str()).collect()
}

#[tokio::test]
async fn a_key_that_an_admin_adds_is_published_then_signs_and_the_old_one_goes() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let old = access_token(&service).await;
    let added = service.post(KEYS).token(&service.admin).await;
    added.expect(StatusCode::CREATED);
    assert_eq!(words(&states(&service).await), ["UPCOMING", "SIGNING"]);
    let published = serde_json::to_value(published(&service).await).unwrap();
    assert_eq!(published["keys"].as_array().unwrap().len(), 2);
    service.advance(Duration::from_secs(600)).await;
    assert_eq!(words(&states(&service).await), ["SIGNING", "RETIRED"]);
    assert_eq!(validate(&service, &old).await["valid"], true);
    let new = access_token(&service).await;
    service.advance(Duration::from_secs(3600)).await;
    assert_eq!(words(&states(&service).await), ["SIGNING"]);
    assert_eq!(
        validate(&service, &new).await["reason"],
        "TOKEN_EXPIRED",
        "it is known still"
    );
    assert_eq!(validate(&service, &old).await["reason"], "INVALID_TOKEN");
}

#[tokio::test]
async fn a_key_that_is_old_is_followed_by_the_next_without_anybody_doing_anything() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let [(first, _)] = states(&service).await.try_into().unwrap();
    service.advance(Duration::from_secs(89 * 86_400)).await;
    assert_eq!(states(&service).await.len(), 1);
    service.advance(Duration::from_secs(86_400)).await;
    assert_eq!(words(&states(&service).await), ["UPCOMING", "SIGNING"]);
    service.advance(Duration::from_secs(3600)).await;
    service.advance(Duration::from_secs(15)).await;
    let left = states(&service).await;
    assert_eq!(words(&left), ["SIGNING"]);
    assert_ne!(left[0].0, first);
}

#[tokio::test]
async fn a_key_that_was_stolen_is_taken_away_at_once() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let token = access_token(&service).await;
    let [(stolen, _)] = states(&service).await.try_into().unwrap();
    let path = format!("{KEYS}/{stolen}");
    let last = service.delete(&path).token(&service.admin).await;
    last.expect_problem(StatusCode::CONFLICT, "LAST_KEY");
    service.post(KEYS).token(&service.admin).await;
    let gone = service.delete(&path).token(&service.admin).await;
    gone.expect(StatusCode::NO_CONTENT);
    assert_eq!(validate(&service, &token).await["reason"], "INVALID_TOKEN");
    let token = access_token(&service).await;
    assert_eq!(validate(&service, &token).await["valid"], true);
    let again = service.delete(&path).token(&service.admin).await;
    again.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn keys_are_for_admins() {
    let service = people::start().await;
    for call in [
        service.get(KEYS),
        service.post(KEYS),
        service.delete(&format!("{KEYS}/any")),
    ] {
        let reply = call.token(&service.customer).await;
        reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
}
