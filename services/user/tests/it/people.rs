//! Starting the service, and people to try it on.

use http::StatusCode;
pub(crate) use revcart_testkit::Reply;
use revcart_testkit::{Actor, Fixture, TestService};
use serde_json::{Value, json};
use shared_events::{Role, SendNotification, Service, UserId};
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

/// Starts the service where addresses must be verified.
pub(crate) async fn start_strict() -> TestService {
    start_with(Config {
        require_verification: true,
        ..Config::for_testing()
    })
    .await
}

/// Registers somebody where addresses must be verified.
pub(crate) async fn sign_up(service: &TestService, email: &str, password: &str) -> Reply {
    let body = json!({"email": email, "password": password, "name": "Asha Rao"});
    service.post("/api/users/register").json(&body).await
}

/// A call of an open route.
pub(crate) async fn ask(service: &TestService, what: &str, body: Value) -> Reply {
    service
        .post(&format!("/api/users/{what}"))
        .json(&body)
        .await
}

/// Everything that was mailed by this template, oldest first.
pub(crate) async fn mailed(service: &TestService, template: &str) -> Vec<SendNotification> {
    service.settle().await;
    let mut sent = service.sent::<SendNotification>();
    sent.retain(|letter| letter.template == template);
    sent
}

/// The code that was mailed last by this template.
pub(crate) async fn code(service: &TestService, template: &str) -> String {
    let letters = mailed(service, template).await;
    let letter = letters.last().expect("a code was mailed");
    letter.parameters.expose("code").unwrap().to_owned()
}

/// Another code than this one.
pub(crate) fn not(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
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
