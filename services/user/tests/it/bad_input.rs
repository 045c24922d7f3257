//! What no route of this service may choke on: it answers with the right 4xx, in problem+json, and does nothing.

use http::{Method, StatusCode};
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::{Value, json};
use shared_events::{AddressId, Service, UserId};

use crate::people::{self, PASSWORD, home};

/// A route that takes a body: method, path, who may call it (nobody in particular if empty), a body that would do.
type Route = (Method, String, String, Value);

fn routes_with_bodies(service: &TestService, asha: &Actor) -> Vec<Route> {
    let mut routes = open_routes();
    routes.extend(own_routes(&asha.token));
    let token = json!({"token": "x"});
    let validate = "/api/users/validate-token".to_owned();
    routes.push((
        Method::POST,
        validate,
        service.token_of(Service::Order),
        token,
    ));
    for (what, body) in [
        ("role", json!({"role": "agent"})),
        ("status", json!({"status": "ACTIVE"})),
    ] {
        let path = format!("/api/users/{}/{what}", UserId::new());
        routes.push((Method::PUT, path, service.admin.token.clone(), body));
    }
    routes
}

fn open_routes() -> Vec<Route> {
    let newcomer = json!({"email": "new@example.com", "password": PASSWORD, "name": "New"});
    let credentials = json!({"email": "a@example.com", "password": PASSWORD});
    let session = json!({"refreshToken": "x"});
    [
        ("register", newcomer),
        ("login", credentials),
        ("refresh", session.clone()),
        ("logout", session),
        (
            "verify-otp",
            json!({"email": "a@example.com", "code": "493021"}),
        ),
        ("resend-otp", json!({"email": "a@example.com"})),
        ("forgot-password", json!({"email": "a@example.com"})),
        (
            "reset-password",
            json!({"email": "a@example.com", "code": "493021", "newPassword": PASSWORD}),
        ),
    ]
    .into_iter()
    .map(|(name, body)| {
        (
            Method::POST,
            format!("/api/users/{name}"),
            String::new(),
            body,
        )
    })
    .collect()
}

fn own_routes(token: &str) -> Vec<Route> {
    let passwords = json!({"currentPassword": "wrong one", "newPassword": PASSWORD});
    let one = format!("addresses/{}", AddressId::new());
    [
        (Method::PUT, "profile", json!({"name": "Asha"})),
        (Method::PUT, "password", passwords),
        (Method::POST, "addresses", home()),
        (Method::PUT, &one, home()),
        (
            Method::POST,
            "email",
            json!({"newEmail": "b@example.com", "password": "wrong one"}),
        ),
        (Method::POST, "email/verify", json!({"code": "493021"})),
        (Method::POST, "deactivate", json!({"password": "wrong one"})),
    ]
    .into_iter()
    .map(|(method, path, body)| (method, format!("/api/users/{path}"), token.to_owned(), body))
    .collect()
}

fn call(service: &TestService, method: &Method, path: &str, token: &str) -> revcart_testkit::Call {
    let call = service.call(method.clone(), path);
    if token.is_empty() {
        call
    } else {
        call.token(token)
    }
}

fn expect_invalid(reply: Reply, path: &str) {
    let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert!(
        !reply.at("/errors").as_array().unwrap().is_empty(),
        "{path}: {}",
        reply.text()
    );
}

#[tokio::test]
async fn bodies_that_are_no_json_too_large_or_of_another_shape_are_refused() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    for (method, path, token, good) in routes_with_bodies(&service, &asha) {
        let broken =
            call(&service, &method, &path, &token).body("application/json", "{\"email\": ");
        broken
            .await
            .expect_problem(StatusCode::BAD_REQUEST, "MALFORMED_JSON");
        let huge = call(&service, &method, &path, &token)
            .body("application/json", vec![b' '; 10 * 1024 * 1024]);
        huge.await
            .expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE");
        let plain = call(&service, &method, &path, &token).body("text/plain", good.to_string());
        plain
            .await
            .expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE");
        for wrong in [json!([]), json!({}), json!("text"), json!(7), Value::Null] {
            expect_invalid(
                call(&service, &method, &path, &token).json(&wrong).await,
                &path,
            );
        }
        let mut unknown = good.clone();
        unknown["isAdmin"] = true.into();
        expect_invalid(
            call(&service, &method, &path, &token).json(&unknown).await,
            &path,
        );
        for field in good.as_object().unwrap().keys() {
            let mut mistyped = good.clone();
            mistyped[field] = json!({"$ne": null});
            expect_invalid(
                call(&service, &method, &path, &token).json(&mistyped).await,
                &path,
            );
            let mut blank = good.clone();
            blank[field] = "".into();
            if field != "line2" {
                expect_invalid(
                    call(&service, &method, &path, &token).json(&blank).await,
                    &path,
                );
            }
            let mut long = good.clone();
            long[field] = "x".repeat(5000).into();
            expect_invalid(
                call(&service, &method, &path, &token).json(&long).await,
                &path,
            );
        }
        let fine = call(&service, &method, &path, &token).json(&good).await;
        assert!(
            !fine.status.is_server_error() && fine.status != StatusCode::UNPROCESSABLE_ENTITY,
            "{path}: {}",
            fine.text()
        );
    }
}

#[tokio::test]
async fn every_route_with_a_gate_refuses_who_has_no_token_or_a_bad_one() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let mut routes: Vec<(Method, String)> = routes_with_bodies(&service, &asha)
        .into_iter()
        .filter(|(_, _, token, _)| !token.is_empty())
        .map(|(method, path, ..)| (method, path))
        .collect();
    let gets = [
        "/api/users",
        "/api/users/profile",
        "/api/users/addresses",
        "/api/users/sessions",
        "/api/users/signing-keys",
    ]
    .map(str::to_owned);
    routes.extend(gets.into_iter().map(|path| (Method::GET, path)));
    routes.push((Method::GET, format!("/api/users/{}", asha.id)));
    routes.push((
        Method::GET,
        format!("/api/users/{}/checkout-profile", asha.id),
    ));
    routes.push((Method::DELETE, format!("/api/users/addresses/{}", asha.id)));
    routes.push((Method::DELETE, "/api/users/sessions".to_owned()));
    routes.push((Method::DELETE, format!("/api/users/sessions/{}", asha.id)));
    routes.push((Method::POST, "/api/users/signing-keys".to_owned()));
    routes.push((Method::DELETE, "/api/users/signing-keys/any".to_owned()));
    let expired = service.keys().expired_token(asha.id, asha.role);
    let misdirected = service.keys().service_token(Service::Order, Service::Cart);
    for (method, path) in routes {
        let bare = service.call(method.clone(), &path).json(&json!({})).await;
        bare.expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        for forged in [
            "forged",
            "a.b.c",
            &asha.token[..asha.token.len() - 4],
            &misdirected,
        ] {
            let reply = service
                .call(method.clone(), &path)
                .token(forged)
                .json(&json!({}))
                .await;
            reply.expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        }
        let late = service
            .call(method.clone(), &path)
            .token(&expired)
            .json(&json!({}))
            .await;
        late.expect_problem(StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED");
    }
}

#[tokio::test]
async fn fields_are_refused_by_name() {
    let service = people::start().await;
    let body = json!({"email": "nobody", "password": "short", "name": " ", "phone": "call me"});
    let reply = service.post("/api/users/register").json(&body).await;
    let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    let mut fields: Vec<_> = reply
        .at("/errors")
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["field"].as_str().unwrap())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["email", "name", "password", "phone"]);
}

#[tokio::test]
async fn a_country_is_two_letters() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let add = |country: &str| {
        let mut body = home();
        body["country"] = country.into();
        let call = service.post("/api/users/addresses").token(&asha);
        call.json(&body)
    };
    for country in ["India", "IND", "I", "", "I1", " IN", "IN\n", "ÄÖ"] {
        let reply = add(country).await;
        let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(reply.at("/errors/0/field"), "country", "{country:?}");
    }
    add("in").await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn roles_that_no_person_has_and_cursors_nobody_gave_out_are_refused() {
    let service = people::start().await;
    let path = format!("/api/users/{}/role", UserId::new());
    for role in ["service", "root", "Admin"] {
        let reply = service
            .put(&path)
            .token(&service.admin)
            .json(&json!({"role": role}))
            .await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
    let reply = service
        .get("/api/users?cursor=e30")
        .token(&service.admin)
        .await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "BAD_CURSOR");
    let reply = service
        .get("/api/users?limit=0")
        .token(&service.admin)
        .await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    let path = format!(
        "/api/users/{}/checkout-profile?addressId=seven",
        UserId::new()
    );
    let reply = service
        .get(&path)
        .token(service.token_of(Service::Order))
        .await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}
