//! What people want to be told in which way, and how they end what they do not want.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared_events::{
    AnyMessage, Channel, DeliveryCompleted, NotificationSent, OrderId, Service, samples,
};

use crate::shop::{Shop, abandoned, open, placed};

const PREFERENCES: &str = "/api/notifications/preferences";

async fn decide(shop: &Shop, preferences: Value) -> Value {
    let decided = shop
        .service
        .put(PREFERENCES)
        .token(&shop.service.customer)
        .json(&json!({"preferences": preferences}))
        .await
        .expect(StatusCode::OK);
    decided.json
}

fn choice(kind: &str, channel: &str, enabled: bool) -> Value {
    json!({"kind": kind, "channel": channel, "enabled": enabled})
}

/// What is answered of one kind in one way.
fn preference<'a>(answer: &'a Value, kind: &str, channel: &str) -> &'a Value {
    let all = answer["preferences"].as_array().unwrap();
    let mut found = all
        .iter()
        .filter(|one| one["kind"] == kind && one["channel"] == channel);
    found.next().expect("every kind is answered in every way")
}

async fn remind(shop: &Shop) {
    shop.service
        .deliver(abandoned(shop.service.customer.id))
        .await;
    shop.service.settle().await;
}

/// How many reminders were mailed.
fn reminders(shop: &Shop) -> usize {
    shop.mailbox()
        .matches("Subject: Something is still in your cart")
        .count()
}

#[tokio::test]
async fn what_is_decided_replaces_what_was_and_the_rest_is_as_by_default() {
    let shop = open().await;
    let shown = shop
        .service
        .get(PREFERENCES)
        .token(&shop.service.customer)
        .await
        .expect(StatusCode::OK)
        .json;
    assert_eq!(shown["preferences"].as_array().unwrap().len(), 15);
    assert_eq!(preference(&shown, "reminders", "email")["enabled"], true);
    assert_eq!(preference(&shown, "orders", "email")["changeable"], false);
    assert_eq!(preference(&shown, "orders", "push")["enabled"], false);
    let wanted = [
        choice("reminders", "email", false),
        choice("orders", "push", true),
        choice("orders", "email", true),
    ];
    let answer = decide(&shop, json!(wanted)).await;
    assert_eq!(preference(&answer, "reminders", "email")["enabled"], false);
    assert_eq!(preference(&answer, "orders", "push")["enabled"], true);
    let shown = shop
        .service
        .get(PREFERENCES)
        .token(&shop.service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown.json, answer);
    let answer = decide(&shop, json!([])).await;
    assert_eq!(preference(&answer, "reminders", "email")["enabled"], true);
    let others = shop
        .service
        .get(PREFERENCES)
        .token(&shop.service.other_customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(others.json, answer);
}

#[tokio::test]
async fn transactional_mails_cannot_be_switched_off_and_nonsense_is_refused() {
    let shop = open().await;
    let service = &shop.service;
    let put = |body: Value| {
        service
            .put(PREFERENCES)
            .token(&service.customer)
            .json(&body)
    };
    for kind in ["account", "orders"] {
        put(json!({"preferences": [choice(kind, "email", false)]}))
            .await
            .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "TRANSACTIONAL");
    }
    for nonsense in [
        json!([choice("gossip", "email", true)]),
        json!([choice("supply", "sms", true)]),
        json!([choice("orders", "in_app", true)]),
        json!(vec![choice("orders", "sms", true); 51]),
    ] {
        put(json!({"preferences": nonsense}))
            .await
            .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
    service
        .get(PREFERENCES)
        .token(service.token_of(Service::User))
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}

#[tokio::test]
async fn text_and_push_messages_go_to_who_asks_for_them() {
    let shop = open().await;
    let user = shop.introduce().await;
    decide(
        &shop,
        json!([
            choice("orders", "sms", true),
            choice("deliveries", "push", true),
            choice("deliveries", "email", false),
        ]),
    )
    .await;
    let order = OrderId::new();
    shop.service
        .deliver(placed(order, Some(user), "ann@example.com"))
        .await;
    let Some(AnyMessage::DeliveryCompleted(delivered)) = samples::find("DeliveryCompleted") else {
        panic!("there is a sample of each message");
    };
    shop.service
        .deliver(DeliveryCompleted {
            order_id: order,
            ..delivered
        })
        .await;
    shop.service.settle().await;
    let sms: Value = serde_json::from_str(shop.file("sms.jsonl").trim()).unwrap();
    assert_eq!(
        (sms["to"].as_str(), sms["text"].as_str()),
        (
            Some("+91 80 5550 1234"),
            Some("We have your order RC-TEST-0001")
        )
    );
    let push: Value = serde_json::from_str(shop.file("push.jsonl").trim()).unwrap();
    assert_eq!(push["to"], user.to_string());
    assert_eq!(push["title"], "Your order RC-TEST-0001 was delivered");
    assert!(!shop.mailbox().contains("was delivered"));
    let mut channels: Vec<Channel> = shop
        .service
        .published::<NotificationSent>()
        .into_iter()
        .filter(|sent| sent.template != "welcome")
        .map(|sent| {
            assert_eq!(sent.user_id, Some(user));
            sent.channel
        })
        .collect();
    channels.sort();
    assert_eq!(channels, [Channel::Email, Channel::Sms, Channel::Push]);
    // The list has each piece of news once, in whatever ways it went out.
    let listed = shop
        .service
        .get("/api/notifications")
        .token(&shop.service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(listed.at("/items").as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_link_of_a_mail_ends_mails_of_its_kind_without_a_login() {
    let shop = open().await;
    shop.introduce().await;
    remind(&shop).await;
    let mailbox = shop.mailbox();
    let (_, link) = mailbox
        .split_once("List-Unsubscribe: <http://127.0.0.1:8080")
        .expect("the reminder has a link");
    let (link, _) = link.split_once('>').unwrap();
    assert_eq!(mailbox.matches(link).count(), 2, "also in the text");
    let page = shop.service.get(link).await.expect(StatusCode::OK);
    assert!(page.text().contains("<form method=\"post\">"));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("default-src 'none'")
    );
    remind(&shop).await;
    assert_eq!(reminders(&shop), 2, "looking at the page ends nothing");
    for _ in 0..2 {
        // As a mail program does it, and again: RFC 8058.
        let done = shop
            .service
            .post(link)
            .body(
                "application/x-www-form-urlencoded",
                "List-Unsubscribe=One-Click",
            )
            .await
            .expect(StatusCode::OK);
        assert!(done.text().contains("no more mails"));
    }
    remind(&shop).await;
    assert_eq!(reminders(&shop), 2);
    let shown = shop
        .service
        .get(PREFERENCES)
        .token(&shop.service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        preference(&shown.json, "reminders", "email")["enabled"],
        false
    );
}

#[tokio::test]
async fn a_link_that_was_in_no_mail_ends_nothing() {
    let shop = open().await;
    let path = "/api/notifications/unsubscribe";
    for token in [
        "x",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let link = format!("{path}?token={token}");
        for call in [shop.service.get(&link), shop.service.post(&link)] {
            call.await
                .expect_problem(StatusCode::BAD_REQUEST, "BAD_TOKEN");
        }
    }
    shop.service
        .get(path)
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}

#[tokio::test]
async fn links_are_good_at_every_replica_and_after_a_restart() {
    let shop = open().await;
    shop.introduce().await;
    remind(&shop).await;
    let mailbox = shop.mailbox();
    let (_, link) = mailbox
        .split_once("List-Unsubscribe: <http://127.0.0.1:8080")
        .unwrap();
    let link = link.split_once('>').unwrap().0.to_owned();
    let again = shop
        .service
        .restart(|adapters| {
            notification_service::build(notification_service::Config::for_testing(), adapters)
        })
        .await;
    again.get(&link).await.expect(StatusCode::OK);
}
