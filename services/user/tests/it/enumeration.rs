//! Nothing tells whether an address has an account: the answers are the same, to the letter, and so is the work. The work is
//! counted (password hashes, by far the most of it), because clocks are unreliable witnesses.

use http::StatusCode;
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::{Value, json};
use shared_events::Role;
use user_service::Config;
use user_service::config::HashCount;

use crate::people::{self, PASSWORD, ask};

const KNOWN: &str = "asha@example.com";
const UNKNOWN: &str = "nobody@example.com";
const CLOSED: &str = "closed@example.com";
const SUSPENDED: &str = "suspended@example.com";
const UNVERIFIED: &str = "unverified@example.com";

/// Accounts of every kind where addresses must be verified, and what counts the hashes.
async fn shop() -> (TestService, HashCount) {
    let config = Config {
        require_verification: true,
        ..Config::for_testing()
    };
    let hashes = config.hashes.clone();
    let service = people::start_with(config).await;
    for email in [KNOWN, CLOSED, SUSPENDED] {
        people::sign_up(&service, email, PASSWORD).await;
        let code = people::code(&service, "otp-register").await;
        let body = json!({"email": email, "code": code});
        let reply = ask(&service, "verify-otp", body).await;
        reply.expect(StatusCode::NO_CONTENT);
    }
    close(&service).await;
    suspend(&service).await;
    people::sign_up(&service, UNVERIFIED, PASSWORD).await;
    service.clock().advance(std::time::Duration::from_secs(60));
    (service, hashes)
}

async fn close(service: &TestService) {
    let call = service.post("/api/users/deactivate");
    let call = call.token(&actor(service, CLOSED).await);
    let reply = call.json(&json!({"password": PASSWORD})).await;
    reply.expect(StatusCode::NO_CONTENT);
}

async fn suspend(service: &TestService) {
    let id = actor(service, SUSPENDED).await.id;
    let call = service.put(&format!("/api/users/{id}/status"));
    let call = call.token(&service.admin);
    let reply = call.json(&json!({"status": "SUSPENDED"})).await;
    reply.expect(StatusCode::OK);
}

/// The owner of an account, with a token that the fixture's edge takes.
async fn actor(service: &TestService, email: &str) -> Actor {
    let path = format!("/api/users?email={email}");
    let found = service.get(&path).token(&service.admin).await;
    let id = found.at("/items/0/userId").as_str().unwrap();
    service.keys().user(id.parse().unwrap(), Role::Customer)
}

/// An answer as far as it may depend on the address: without the address itself, and without the id of the request.
fn shape(reply: &Reply, email: &str) -> (StatusCode, String) {
    let mut body: Value = reply.json.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("traceId");
    }
    (reply.status, body.to_string().replace(email, "…"))
}

async fn alike(what: &str, body: impl Fn(&str) -> Value, emails: &[&str]) -> (StatusCode, u64) {
    let (service, hashes) = shop().await;
    let mut first = None;
    for email in emails {
        let before = hashes.so_far();
        let reply = ask(&service, what, body(email)).await;
        let seen = (shape(&reply, email), hashes.so_far() - before);
        assert_eq!(first.get_or_insert(seen.clone()), &seen, "{what}: {email}");
    }
    let ((status, _), work) = first.expect("there are addresses");
    (status, work)
}

const ALL: &[&str] = &[UNKNOWN, KNOWN, CLOSED, SUSPENDED, UNVERIFIED];

#[tokio::test]
async fn registering_tells_nothing_where_addresses_must_be_verified() {
    let body = |email: &str| json!({"email": email, "password": "any other one", "name": "Asha"});
    let told = alike("register", body, ALL).await;
    assert_eq!(told, (StatusCode::ACCEPTED, 2));
}

/// The second of two is too early for another code, which is where what is stored of a password may change.
#[tokio::test]
async fn registering_twice_in_a_minute_tells_nothing_either() {
    let (service, hashes) = shop().await;
    let mut first = None;
    for email in ALL {
        for password in ["any other one", "any other one", "one more of them"] {
            let before = hashes.so_far();
            let reply = people::sign_up(&service, email, password).await;
            let seen = (shape(&reply, email), hashes.so_far() - before);
            assert_eq!(first.get_or_insert(seen.clone()), &seen, "{email}");
        }
    }
}

#[tokio::test]
async fn a_wrong_password_tells_nothing() {
    let body = |email: &str| json!({"email": email, "password": "not my password"});
    let told = alike("login", body, ALL).await;
    assert_eq!(told, (StatusCode::UNAUTHORIZED, 1));
}

#[tokio::test]
async fn not_even_the_right_password_tells_that_there_was_an_account() {
    let body = |email: &str| json!({"email": email, "password": PASSWORD});
    let told = alike("login", body, &[UNKNOWN, CLOSED]).await;
    assert_eq!(told, (StatusCode::UNAUTHORIZED, 1));
}

#[tokio::test]
async fn asking_for_codes_tells_nothing() {
    for what in ["forgot-password", "resend-otp"] {
        let told = alike(what, |email| json!({"email": email}), ALL).await;
        assert_eq!(told, (StatusCode::ACCEPTED, 0));
    }
}

#[tokio::test]
async fn trying_codes_tells_nothing() {
    let verify = |email: &str| json!({"email": email, "code": "000000"});
    let told = alike("verify-otp", verify, ALL).await;
    assert_eq!(told, (StatusCode::BAD_REQUEST, 0));
    let reset = |email: &str| json!({"email": email, "code": "000000", "newPassword": PASSWORD});
    let told = alike("reset-password", reset, ALL).await;
    assert_eq!(told, (StatusCode::BAD_REQUEST, 0));
}

#[tokio::test]
async fn only_the_owner_of_an_account_is_mailed() {
    let (service, _) = shop().await;
    service.settle().await;
    service.forget();
    for email in ALL {
        ask(&service, "forgot-password", json!({"email": email})).await;
        ask(&service, "resend-otp", json!({"email": email})).await;
    }
    let resets = people::mailed(&service, "otp-reset").await;
    let to: Vec<_> = resets
        .iter()
        .map(|letter| letter.to.email.as_deref().unwrap())
        .collect();
    assert_eq!(to, [KNOWN, UNVERIFIED]);
    let registers = people::mailed(&service, "otp-register").await;
    let to: Vec<_> = registers
        .iter()
        .map(|letter| letter.to.email.as_deref().unwrap())
        .collect();
    assert_eq!(to, [UNVERIFIED]);
}

#[tokio::test]
async fn asking_for_somebody_elses_address_tells_nothing() {
    let (service, hashes) = shop().await;
    let ravi = "ravi@example.com";
    let mut seen = Vec::new();
    for (who, wanted) in [(KNOWN, ravi), (KNOWN, UNVERIFIED)] {
        let token = actor(&service, who).await;
        let before = hashes.so_far();
        let body = json!({"newEmail": wanted, "password": PASSWORD});
        let call = service.post("/api/users/email").token(&token);
        let reply = call.json(&body).await;
        seen.push((shape(&reply, wanted), hashes.so_far() - before));
        service.clock().advance(std::time::Duration::from_secs(60));
    }
    assert_eq!(seen[0], seen[1]);
    let letters = people::mailed(&service, "otp-change").await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.email.as_deref(), Some(ravi));
}
