//! One's own profile, and what a checkout needs of it.

use http::StatusCode;
use serde_json::json;
use shared_events::{Service, UserId, UserProfileUpdated};

use crate::people::{self, home};

#[tokio::test]
async fn a_changed_profile_is_told_with_the_fields_that_changed() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let body = json!({"name": "Asha R."});
    let reply = service
        .put("/api/users/profile")
        .token(&asha)
        .json(&body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(reply.at("/name"), "Asha R.");
    let shown = service
        .get("/api/users/profile")
        .token(&asha)
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown.json, reply.json);
    service
        .put("/api/users/profile")
        .token(&asha)
        .json(&body)
        .await
        .expect(StatusCode::OK);
    service.settle().await;
    let updated: UserProfileUpdated = service.published_once();
    assert_eq!(updated.changed_fields, ["name", "phone"]);
    assert_eq!((updated.phone, updated.aggregate_version), (None, 2));
}

#[tokio::test]
async fn a_token_without_an_account_has_no_profile() {
    let service = people::start().await;
    service
        .get("/api/users/profile")
        .token(&service.customer)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let body = json!({"name": "Nobody"});
    service
        .put("/api/users/profile")
        .token(&service.customer)
        .json(&body)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    service
        .get("/api/users/profile")
        .token(service.token_of(Service::Cart))
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}

#[tokio::test]
async fn a_checkout_gets_contact_and_address_in_one_call() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let added = service
        .post("/api/users/addresses")
        .token(&asha)
        .json(&home())
        .await
        .expect(StatusCode::CREATED);
    let address = added.at("/addressId").as_str().unwrap();
    let order = service.token_of(Service::Order);
    let path = format!("/api/users/{}/checkout-profile", asha.id);
    let bare = service
        .get(&path)
        .token(&order)
        .await
        .expect(StatusCode::OK);
    let contact =
        json!({"name": "Asha Rao", "email": "asha@example.com", "phone": "+91 98765 43210"});
    assert_eq!(bare.json, json!({"contact": contact, "address": null}));
    let full = service
        .get(&format!("{path}?addressId={address}"))
        .token(&order)
        .await
        .expect(StatusCode::OK);
    let mut expected = home();
    expected.as_object_mut().unwrap().remove("label");
    assert_eq!(full.json, json!({"contact": contact, "address": expected}));
}

#[tokio::test]
async fn a_checkout_finds_neither_strangers_nor_their_addresses() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let ravi = people::register(&service, "ravi@example.com").await;
    let added = service
        .post("/api/users/addresses")
        .token(&ravi)
        .json(&home())
        .await
        .expect(StatusCode::CREATED);
    let ravis = added.at("/addressId").as_str().unwrap();
    let order = service.token_of(Service::Order);
    let path = format!("/api/users/{}/checkout-profile?addressId={ravis}", asha.id);
    service
        .get(&path)
        .token(&order)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let path = format!(
        "/api/users/{}/checkout-profile?addressId={ravis}",
        UserId::new()
    );
    service
        .get(&path)
        .token(&order)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let path = format!("/api/users/{}/checkout-profile", asha.id);
    service
        .get(&path)
        .token(&asha)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    service
        .get(&path)
        .token(&service.admin)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}
