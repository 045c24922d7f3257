//! Keys: storing them, publishing them, rotating them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use http::StatusCode;
use revcart_http_edge::auth::Refusal;
use revcart_http_edge::{
    Claims, Json, Jwks, KeySource, Peers, Role, ServiceTrust, Signer, Verifier,
};
use revcart_runtime::Clock;
use shared_events::{Service, Timestamp, UserId};
use tokio::task::JoinSet;

use crate::world::HOUR;

/// user-service as far as keys go.
struct Users {
    clock: Clock,
    published: Arc<Mutex<Option<Jwks>>>,
    asked: Arc<AtomicUsize>,
    verifier: Verifier,
}

impl Users {
    fn publishing(signers: &[&Signer]) -> Self {
        let clock = Clock::manual(Timestamp::from_micros(1_750_000_000_000_000));
        let published = Arc::new(Mutex::new(Some(jwks(signers))));
        let asked = Arc::new(AtomicUsize::new(0));
        let serve = {
            let (published, asked) = (Arc::clone(&published), Arc::clone(&asked));
            move || async move {
                asked.fetch_add(1, Ordering::Relaxed);
                published
                    .lock()
                    .unwrap()
                    .clone()
                    .map(Json)
                    .ok_or(StatusCode::BAD_GATEWAY)
            }
        };
        let peers = Peers::in_memory(clock.clone());
        peers.provide(
            Service::User,
            Router::new().route("/.well-known/jwks.json", on_get(serve)),
        );
        let source = KeySource::Peer(peers.peer(Service::User));
        let verifier = Verifier::new(source, ServiceTrust::new(), clock.clone());
        Self {
            clock,
            published,
            asked,
            verifier,
        }
    }

    fn publish(&self, signers: &[&Signer]) {
        *self.published.lock().unwrap() = Some(jwks(signers));
    }

    fn token(&self, signer: &Signer) -> String {
        signer.sign(&Claims::user(
            UserId::new(),
            Role::Customer,
            self.clock.now(),
            HOUR,
        ))
    }

    async fn check(&self, token: &str) -> Result<(), Refusal> {
        self.verifier.verify(token).await.map(drop)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn jwks(signers: &[&Signer]) -> Jwks {
    signers.iter().map(|signer| signer.jwk().clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_requests_are_let_in_however_many_come_at_once() {
    let signer = Signer::generate();
    // A race: a good token was refused that came while the first keys were being put in place.
    for _ in 0..300 {
        let users = Arc::new(Users::publishing(&[&signer]));
        let token = users.token(&signer);
        let mut checking = JoinSet::new();
        for _ in 0..12 {
            let (users, token) = (Arc::clone(&users), token.clone());
            checking.spawn(async move { users.check(&token).await });
        }
        for checked in checking.join_all().await {
            assert_eq!(checked, Ok(()));
        }
    }
}

#[test]
fn a_stored_key_is_the_same_key() {
    let signer = Signer::generate();
    let again = Signer::from_pkcs8(&signer.to_pkcs8()).unwrap();
    assert_eq!(again.jwk(), signer.jwk());
    assert_ne!(Signer::generate().kid(), signer.kid());
    assert!(Signer::from_pkcs8(b"not a key").is_err());
    assert!(!format!("{signer:?}").contains("content"));
}

#[test]
fn a_published_key_has_the_form_of_the_standard() {
    let json = serde_json::to_value(Signer::generate().jwk()).unwrap();
    assert_eq!(
        (&json["kty"], &json["crv"], &json["alg"], &json["use"]),
        (
            &"OKP".into(),
            &"Ed25519".into(),
            &"EdDSA".into(),
            &"sig".into()
        )
    );
    assert_eq!(json["x"].as_str().unwrap().len(), 43);
}

#[test]
fn a_key_speaks_for_one_service_only() {
    let key = Signer::generate();
    let trust = ServiceTrust::new();
    trust.trust(Service::Cart, key.jwk()).unwrap();
    trust.trust(Service::Cart, key.jwk()).unwrap();
    assert!(trust.trust(Service::Order, key.jwk()).is_err());
    let mut short = key.jwk().clone();
    short.x = "AAAA".to_owned();
    assert!(trust.trust(Service::Cart, &short).is_err());
}

#[tokio::test]
async fn keys_are_fetched_once_and_tokens_checked_once() {
    let signer = Signer::generate();
    let users = Users::publishing(&[&signer]);
    let (one, other) = (users.token(&signer), users.token(&signer));
    for _ in 0..10 {
        users.check(&one).await.unwrap();
        users.check(&other).await.unwrap();
    }
    assert_eq!(users.asked(), 1);
}

#[tokio::test]
async fn a_new_key_is_found_when_a_token_names_it() {
    let (old, new) = (Signer::generate(), Signer::generate());
    let users = Users::publishing(&[&old]);
    users.check(&users.token(&old)).await.unwrap();
    users.publish(&[&old, &new]);
    users.clock.advance(Duration::from_secs(5));
    users.check(&users.token(&new)).await.unwrap();
    users.check(&users.token(&old)).await.unwrap();
    assert_eq!(users.asked(), 2);
}

#[tokio::test]
async fn invented_keys_do_not_make_us_ask_again_and_again() {
    let signer = Signer::generate();
    let users = Users::publishing(&[&signer]);
    for _ in 0..20 {
        assert_eq!(
            users.check(&users.token(&Signer::generate())).await,
            Err(Refusal::Invalid)
        );
    }
    assert_eq!(users.asked(), 1);
    users.clock.advance(Duration::from_secs(5));
    assert_eq!(
        users.check(&users.token(&Signer::generate())).await,
        Err(Refusal::Invalid)
    );
    assert_eq!(users.asked(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_ends_being_trusted_also_for_tokens_that_were_seen() {
    let (leaked, new) = (Signer::generate(), Signer::generate());
    let users = Users::publishing(&[&leaked]);
    let token = users.token(&leaked);
    users.check(&token).await.unwrap();
    users.publish(&[&new]);
    users.clock.advance(Duration::from_secs(600));
    users.check(&users.token(&new)).await.unwrap();
    assert_eq!(users.check(&token).await, Err(Refusal::Invalid));
}

#[tokio::test(start_paused = true)]
async fn without_keys_a_token_is_not_wrong_but_cannot_be_checked() {
    let signer = Signer::generate();
    let users = Users::publishing(&[&signer]);
    let keys = users.published.lock().unwrap().take();
    let token = users.token(&signer);
    let refusal = users.check(&token).await.unwrap_err();
    assert_eq!(refusal, Refusal::KeysOutOfReach);
    assert_eq!(refusal.problem().status(), 503);
    // Nobody is kept waiting for a second failure, until it is time to try again.
    let asked = users.asked();
    *users.published.lock().unwrap() = keys;
    assert_eq!(users.check(&token).await, Err(Refusal::KeysOutOfReach));
    assert_eq!(users.asked(), asked);
    users.clock.advance(Duration::from_secs(1));
    users.check(&token).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_known_outlive_an_outage() {
    let signer = Signer::generate();
    let users = Users::publishing(&[&signer]);
    users.check(&users.token(&signer)).await.unwrap();
    users.published.lock().unwrap().take();
    users.clock.advance(Duration::from_secs(900));
    users.check(&users.token(&signer)).await.unwrap();
    let asked = users.asked();
    users.check(&users.token(&signer)).await.unwrap();
    assert_eq!(users.asked(), asked, "the outage is known");
}
