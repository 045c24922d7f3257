//! Starting the service, and people to try it on.

use http::StatusCode;
use revcart_testkit::{Actor, Fixture, Reply, TestService};
use serde_json::{Value, json};
use shared_events::{Role, Service, UserId};
use user_service::{Config, Migrator};

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) async fn start() -> TestService {
    start_with(Config::for_testing()).await
}

pub(crate) async fn start_with(config: Config) -> TestService {
    Fixture::new::<Migrator>(Service::User)
        .start(async |adapters| user_service::build(config, adapters).await)
        .await
}

/// Registers somebody and returns them with a token that the fixture's edge takes.
pub(crate) async fn register(service: &TestService, email: &str) -> Actor {
    let body = json!({"email": email, "password": PASSWORD, "name": "Asha Rao", "phone": "+91 98765 43210"});
    let reply = service
        .post("/api/users/register")
        .json(&body)
        .await
        .expect(StatusCode::CREATED);
    let id: UserId = reply.at("/userId").as_str().unwrap().parse().unwrap();
    service.keys().user(id, Role::Customer)
}

pub(crate) async fn login(service: &TestService, email: &str, password: &str) -> Reply {
    service
        .post("/api/users/login")
        .json(&json!({"email": email, "password": password}))
        .await
}

pub(crate) async fn refresh(service: &TestService, token: &str) -> Reply {
    service
        .post("/api/users/refresh")
        .json(&json!({"refreshToken": token}))
        .await
}

/// The refresh token in an answer.
pub(crate) fn refresh_token(reply: &Reply) -> String {
    reply
        .at("/refreshToken")
        .as_str()
        .expect("a refresh token")
        .to_owned()
}

pub(crate) fn home() -> Value {
    json!({
        "label": "Home", "recipient": "Asha Rao", "line1": "12 Residency Road", "line2": "Flat 4", "city": "Bengaluru",
        "state": "Karnataka", "postalCode": "560025", "country": "IN", "phone": "+91 98765 43210",
    })
}
