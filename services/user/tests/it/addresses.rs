//! Address books.

use http::StatusCode;
use revcart_testkit::{Actor, TestService};
use serde_json::{Value, json};
use shared_events::AddressId;

use crate::people::{self, home};

async fn add(service: &TestService, who: &Actor, label: &str) -> String {
    let mut body = home();
    body["label"] = label.into();
    let reply = service
        .post("/api/users/addresses")
        .token(who)
        .json(&body)
        .await
        .expect(StatusCode::CREATED);
    reply.at("/addressId").as_str().unwrap().to_owned()
}

/// Labels in order, the default one with a star.
async fn book(service: &TestService, who: &Actor) -> Vec<String> {
    let reply = service
        .get("/api/users/addresses")
        .token(who)
        .await
        .expect(StatusCode::OK);
    assert_eq!(reply.at("/next"), &Value::Null);
    let entry = |entry: &Value| {
        let star = if entry["isDefault"] == true { "*" } else { "" };
        format!("{}{star}", entry["label"].as_str().unwrap())
    };
    reply
        .at("/items")
        .as_array()
        .unwrap()
        .iter()
        .map(entry)
        .collect()
}

#[tokio::test]
async fn an_address_is_kept_as_it_was_given() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let reply = service
        .post("/api/users/addresses")
        .token(&asha)
        .json(&home())
        .await
        .expect(StatusCode::CREATED);
    for (field, value) in home().as_object().unwrap() {
        assert_eq!(reply.at(&format!("/{field}")), value, "{field}");
    }
    let listed = service
        .get("/api/users/addresses")
        .token(&asha)
        .await
        .expect(StatusCode::OK);
    assert_eq!(listed.at("/items/0"), &reply.json);
}

#[tokio::test]
async fn the_first_address_is_the_default_one_and_another_takes_its_place_when_it_goes() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let first = add(&service, &asha, "first").await;
    add(&service, &asha, "second").await;
    add(&service, &asha, "third").await;
    assert_eq!(book(&service, &asha).await, ["first*", "second", "third"]);
    service
        .delete(&format!("/api/users/addresses/{first}"))
        .token(&asha)
        .await
        .expect(StatusCode::NO_CONTENT);
    assert_eq!(book(&service, &asha).await, ["second", "third*"]);
}

#[tokio::test]
async fn an_address_is_replaced_and_may_become_the_default_one() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    add(&service, &asha, "first").await;
    let second = add(&service, &asha, "second").await;
    let mut body = home();
    body["label"] = "office".into();
    body["line2"] = Value::Null;
    body["isDefault"] = true.into();
    let path = format!("/api/users/addresses/{second}");
    let reply = service
        .put(&path)
        .token(&asha)
        .json(&body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (reply.at("/label"), reply.at("/isDefault")),
        (&json!("office"), &json!(true))
    );
    assert_eq!(book(&service, &asha).await, ["first", "office*"]);
    body["isDefault"] = false.into();
    service
        .put(&path)
        .token(&asha)
        .json(&body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(book(&service, &asha).await, ["first", "office"]);
}

#[tokio::test]
async fn nobody_reaches_another_persons_address() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let ravi = people::register(&service, "ravi@example.com").await;
    let ashas = add(&service, &asha, "home").await;
    for id in [ashas, AddressId::new().to_string(), "7".to_owned()] {
        let path = format!("/api/users/addresses/{id}");
        service
            .put(&path)
            .token(&ravi)
            .json(&home())
            .await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        service
            .delete(&path)
            .token(&ravi)
            .await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    assert_eq!(book(&service, &asha).await, ["home*"]);
    assert_eq!(book(&service, &ravi).await, [""; 0]);
}

#[tokio::test]
async fn an_address_book_is_bounded() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    for number in 0..50 {
        add(&service, &asha, &number.to_string()).await;
    }
    let reply = service
        .post("/api/users/addresses")
        .token(&asha)
        .json(&home())
        .await;
    reply.expect_problem(StatusCode::CONFLICT, "TOO_MANY_ADDRESSES");
}
