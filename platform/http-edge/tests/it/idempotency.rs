//! A request with a key has its effect once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::post as on_post;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::idempotency::{Idempotent, Reply, fingerprint};
use revcart_http_edge::{Answer, IdempotencyKey, Problem, Role};
use revcart_persistence::{Database, Options, platform_migrations};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use serde::Deserialize;
use serde_json::json;
use shared_events::Service;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::world::{Ask, World, post};

struct Migrator;

impl revcart_persistence::Schema for Migrator {}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        platform_migrations()
    }
}

#[derive(Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Refund {
    #[garde(range(min = 1))]
    amount: u32,
}

/// A shop that refunds, and counts how often it does.
struct Refunds {
    world: World,
    shop: Router,
    effects: Arc<AtomicUsize>,
    /// A request for 13 begins, and waits to be let go on.
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
    _directory: TempDir,
}

#[derive(Clone)]
struct App {
    database: Database,
    effects: Arc<AtomicUsize>,
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl App {
    async fn refund(self, request: Idempotent<Refund>) -> Answer<Reply> {
        if request.body.amount == 13 {
            self.begun.notify_one();
            self.go_on.notified().await;
        }
        let args = (
            request.once.clone(),
            request.body.clone(),
            Arc::clone(&self.effects),
        );
        let work = self.database.write(args, |unit, (once, body, effects)| {
            Box::pin(async move {
                if let Some(answered) = once.answered(unit).await? {
                    return Ok(answered);
                }
                if body.amount == 404 {
                    return Err(Problem::not_found("payment"));
                }
                let number = effects.fetch_add(1, Ordering::Relaxed) + 1;
                once.keep(
                    unit,
                    StatusCode::CREATED,
                    &json!({"refund": number, "amount": body.amount}),
                )
                .await
            })
        });
        work.await
    }
}

impl Refunds {
    async fn new() -> Self {
        let (world, directory) = (World::new(), tempfile::tempdir().unwrap());
        let options = Options::file(directory.path().join("payment.db"));
        let database = Database::open(&options, world.clock.clone(), Service::Payment)
            .await
            .unwrap();
        database.migrate::<Migrator>().await.unwrap();
        let app = App {
            database,
            effects: Arc::default(),
            begun: Arc::default(),
            go_on: Arc::default(),
        };
        let handler = {
            let app = app.clone();
            move |request: Idempotent<Refund>| app.clone().refund(request)
        };
        let routes = Router::new()
            .route("/refunds", on_post(handler.clone()))
            .route("/payments/{id}/refunds", on_post(handler))
            .route(
                "/key",
                on_post(|IdempotencyKey(key): IdempotencyKey| async { key }),
            );
        let shop = world.serve(routes);
        Self {
            world,
            shop,
            effects: app.effects,
            begun: app.begun,
            go_on: app.go_on,
            _directory: directory,
        }
    }

    fn effects(&self) -> usize {
        self.effects.load(Ordering::Relaxed)
    }
}

fn refund(key: &str, body: &str) -> Ask {
    post("/refunds")
        .header("idempotency-key", key)
        .json(body.to_owned())
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_has_no_second_effect() {
    let refunds = Refunds::new().await;
    let first = refund("k", r#"{"amount":5}"#).of(&refunds.shop).await;
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (StatusCode::CREATED, None)
    );
    let again = refund("k", r#"{ "amount" : 5 }"#).of(&refunds.shop).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (StatusCode::CREATED, Some("true"))
    );
    assert_eq!(again.body, first.body);
    assert_eq!(refunds.effects(), 1);
    let other = refund("other", r#"{"amount":5}"#).of(&refunds.shop).await;
    assert_eq!(other.json()["refund"], 2);
}

#[tokio::test]
async fn a_key_stands_for_one_request_only() {
    let refunds = Refunds::new().await;
    refund("k", r#"{"amount":5}"#).of(&refunds.shop).await;
    refund("k", r#"{"amount":6}"#)
        .of(&refunds.shop)
        .await
        .refuses(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(refunds.effects(), 1);
}

#[tokio::test]
async fn the_address_is_part_of_the_request() {
    let refunds = Refunds::new().await;
    let of = |payment: u32| {
        post(&format!("/payments/{payment}/refunds"))
            .header("idempotency-key", "k")
            .json(r#"{"amount":5}"#)
    };
    assert_eq!(of(1).of(&refunds.shop).await.status, StatusCode::CREATED);
    of(2)
        .of(&refunds.shop)
        .await
        .refuses(422, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn keys_of_others_and_of_other_routes_are_other_keys() {
    let refunds = Refunds::new().await;
    let (one, other) = (
        refunds.world.token(Role::Customer),
        refunds.world.token(Role::Customer),
    );
    for (number, token) in [(1, &one), (2, &other)] {
        let told = refund("k", r#"{"amount":5}"#)
            .token(token)
            .of(&refunds.shop)
            .await;
        assert_eq!(told.json()["refund"], number);
    }
    let elsewhere = post("/payments/1/refunds")
        .header("idempotency-key", "k")
        .token(&one)
        .json(r#"{"amount":7}"#);
    assert_eq!(elsewhere.of(&refunds.shop).await.json()["refund"], 3);
}

#[tokio::test]
async fn while_the_first_is_being_worked_on_the_same_key_is_refused() {
    let refunds = Refunds::new().await;
    let shop = refunds.shop.clone();
    let mut first = JoinSet::new();
    first.spawn(async move { refund("k", r#"{"amount":13}"#).of(&shop).await.status });
    refunds.begun.notified().await;
    refund("k", r#"{"amount":13}"#)
        .of(&refunds.shop)
        .await
        .refuses(409, "IDEMPOTENCY_KEY_IN_USE");
    assert_eq!(
        refund("other", r#"{"amount":5}"#)
            .of(&refunds.shop)
            .await
            .status,
        StatusCode::CREATED
    );
    refunds.go_on.notify_one();
    assert_eq!(
        first.join_next().await.unwrap().unwrap(),
        StatusCode::CREATED
    );
    refunds.go_on.notify_one();
    let again = refund("k", r#"{"amount":13}"#).of(&refunds.shop).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_its_key_free() {
    let refunds = Refunds::new().await;
    let shop = refunds.shop.clone();
    let mut first = JoinSet::new();
    first.spawn(async move { refund("k", r#"{"amount":13}"#).of(&shop).await.status });
    refunds.begun.notified().await;
    first.abort_all();
    while first.join_next().await.is_some() {}
    refunds.go_on.notify_one();
    assert_eq!(
        refund("k", r#"{"amount":13}"#)
            .of(&refunds.shop)
            .await
            .status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn what_was_refused_is_not_kept() {
    let refunds = Refunds::new().await;
    refund("k", r#"{"amount":404}"#)
        .of(&refunds.shop)
        .await
        .refuses(404, "NOT_FOUND");
    refund("k", r#"{"amount":0}"#)
        .of(&refunds.shop)
        .await
        .refuses(422, "VALIDATION_FAILED");
    assert_eq!(
        refund("k", r#"{"amount":5}"#)
            .of(&refunds.shop)
            .await
            .status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_hundred_at_once_have_one_effect() {
    let refunds = Refunds::new().await;
    let mut all = JoinSet::new();
    for _ in 0..100 {
        let shop = refunds.shop.clone();
        all.spawn(async move {
            refund("k", r#"{"amount":5}"#)
                .of(&shop)
                .await
                .status
                .as_u16()
        });
    }
    let statuses = all.join_all().await;
    assert!(
        statuses.iter().all(|status| [201, 409].contains(status)),
        "{statuses:?}"
    );
    assert!(statuses.contains(&201));
    assert_eq!(refunds.effects(), 1);
}

#[tokio::test]
async fn a_key_must_be_given_and_be_of_reasonable_length() {
    let refunds = Refunds::new().await;
    post("/refunds")
        .json(r#"{"amount":5}"#)
        .of(&refunds.shop)
        .await
        .refuses(400, "IDEMPOTENCY_KEY_REQUIRED");
    post("/key")
        .of(&refunds.shop)
        .await
        .refuses(400, "IDEMPOTENCY_KEY_REQUIRED");
    for wrong in ["", "   ", &"x".repeat(256)] {
        refund(wrong, r#"{"amount":5}"#)
            .of(&refunds.shop)
            .await
            .refuses(400, "IDEMPOTENCY_KEY_REQUIRED");
    }
    assert_eq!(
        post("/key")
            .header("idempotency-key", " k ")
            .of(&refunds.shop)
            .await
            .text(),
        "k"
    );
    assert_eq!(refunds.effects(), 0);
}

#[test]
fn a_fingerprint_is_of_what_is_said_and_not_of_how_it_is_written() {
    let of = |body: &str| fingerprint(body.as_bytes());
    assert_eq!(
        of(r#"{"a":1,"b":[true,null]}"#),
        of("{ \"b\": [true, null],\n\"a\": 1 }")
    );
    assert_eq!(of("{}").len(), 64);
    let different = [
        "",
        "{}",
        "[]",
        "null",
        r#"{"a":1}"#,
        r#"{"a":"1"}"#,
        r#"{"a":[1]}"#,
        r#"{"a":{"b":1}}"#,
        r#"{"ab":1}"#,
        "[1,23]",
        "[12,3]",
        "[[1],2]",
        "[[1,2]]",
        "not json",
    ];
    for (index, one) in different.iter().enumerate() {
        for other in &different[index + 1..] {
            assert_ne!(of(one), of(other), "{one} and {other}");
        }
    }
}
