//! Where one is signed in, and signing out elsewhere.

use std::time::Duration;

use http::StatusCode;
use http::header::USER_AGENT;
use revcart_testkit::{Reply, TestService};
use serde_json::json;
use uuid::Uuid;

use crate::people::{self, PASSWORD, login, mailed, refresh, refresh_token};

const EMAIL: &str = "asha@example.com";
const SESSIONS: &str = "/api/users/sessions";

async fn sessions(service: &TestService, who: &revcart_testkit::Actor) -> Vec<serde_json::Value> {
    let reply = service.get(SESSIONS).token(who).await;
    let reply = reply.expect(StatusCode::OK);
    reply.at("/items").as_array().unwrap().clone()
}

fn id(reply: &Reply) -> String {
    reply.at("/sessionId").as_str().unwrap().to_owned()
}

async fn goes_on(service: &TestService, signed_in: &Reply) -> bool {
    let reply = refresh(service, &refresh_token(signed_in)).await;
    reply.status == StatusCode::OK
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_since_when() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let ravi = people::register(&service, "ravi@example.com").await;
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let call = service.post("/api/users/login").json(&body);
    let first = call.header(USER_AGENT, "Firefox on a desk").await;
    service.clock().advance(Duration::from_secs(60));
    let second = login(&service, EMAIL, PASSWORD).await;
    service.clock().advance(Duration::from_secs(60));
    assert!(goes_on(&service, &first).await);
    let listed = sessions(&service, &asha).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["sessionId"], id(&second));
    assert_eq!(listed[1]["sessionId"], id(&first));
    assert_eq!(listed[1]["userAgent"], "Firefox on a desk");
    assert_ne!(listed[1]["lastUsedAt"], listed[1]["signedInAt"]);
    assert!(sessions(&service, &ravi).await.is_empty());
}

#[tokio::test]
async fn sessions_are_paged() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    for _ in 0..5 {
        login(&service, EMAIL, PASSWORD).await;
    }
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = service
            .get(&format!("{SESSIONS}{query}"))
            .token(&asha)
            .await;
        let items = page.at("/items").as_array().unwrap().clone();
        seen.extend(items.into_iter().map(|item| item["sessionId"].clone()));
        let Some(next) = page.at("/next").as_str() else {
            break;
        };
        query = format!("?limit=2&cursor={next}");
    }
    let all = sessions(&service, &asha).await;
    let all: Vec<_> = all.iter().map(|item| item["sessionId"].clone()).collect();
    assert_eq!(seen, all);
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn a_session_that_is_ended_is_over_and_listed_no_more() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let lost = login(&service, EMAIL, PASSWORD).await;
    let kept = login(&service, EMAIL, PASSWORD).await;
    let path = format!("{SESSIONS}/{}", id(&lost));
    let reply = service.delete(&path).token(&asha).await;
    reply.expect(StatusCode::NO_CONTENT);
    assert!(!goes_on(&service, &lost).await);
    assert!(goes_on(&service, &kept).await);
    assert_eq!(sessions(&service, &asha).await.len(), 1);
    let again = service.delete(&path).token(&asha).await;
    again.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let ravi = people::register(&service, "ravi@example.com").await;
    let hers = login(&service, EMAIL, PASSWORD).await;
    for session in [id(&hers), Uuid::now_v7().to_string(), "seven".to_owned()] {
        let path = format!("{SESSIONS}/{session}");
        let reply = service.delete(&path).token(&ravi).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let all = service.delete(SESSIONS).token(&ravi).await;
    all.expect(StatusCode::NO_CONTENT);
    assert!(goes_on(&service, &hers).await);
}

#[tokio::test]
async fn all_others_end_and_the_one_to_keep_goes_on() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let here = login(&service, EMAIL, PASSWORD).await;
    let elsewhere = login(&service, EMAIL, PASSWORD).await;
    let path = format!("{SESSIONS}?keep={}", id(&here));
    let reply = service.delete(&path).token(&asha).await;
    reply.expect(StatusCode::NO_CONTENT);
    assert!(!goes_on(&service, &elsewhere).await);
    assert!(goes_on(&service, &here).await);
}

#[tokio::test]
async fn without_one_to_keep_all_end() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let here = login(&service, EMAIL, PASSWORD).await;
    let reply = service.delete(SESSIONS).token(&asha).await;
    reply.expect(StatusCode::NO_CONTENT);
    assert!(!goes_on(&service, &here).await);
    assert!(sessions(&service, &asha).await.is_empty());
    let odd = service.delete(&format!("{SESSIONS}?keep=seven"));
    let reply = odd.token(&asha).await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}

#[tokio::test]
async fn a_session_that_has_run_out_is_not_listed() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    login(&service, EMAIL, PASSWORD).await;
    service.clock().advance(Duration::from_secs(30 * 86_400));
    assert!(sessions(&service, &asha).await.is_empty());
}

#[tokio::test]
async fn the_owner_hears_of_a_refresh_token_that_was_used_again() {
    let service = people::start().await;
    people::register(&service, EMAIL).await;
    let signed_in = login(&service, EMAIL, PASSWORD).await;
    assert!(goes_on(&service, &signed_in).await);
    assert!(mailed(&service, "account-locked").await.is_empty());
    assert!(!goes_on(&service, &signed_in).await);
    assert!(!goes_on(&service, &signed_in).await);
    let letters = mailed(&service, "account-locked").await;
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}");
    };
    assert_eq!(letter.to.email.as_deref(), Some(EMAIL));
    assert_eq!(letter.parameters.expose("minutes"), Some("0"));
}
