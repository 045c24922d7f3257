//! What others ask to be sent: by the command, over HTTP, by the event of a purchase order.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared_events::{
    AnyMessage, Channel, NotificationSent, Recipient, SendNotification, Service, UserId, samples,
};

use crate::shop::{Shop, open};

const SEND: &str = "/api/notifications/send";

async fn send(shop: &Shop, body: &Value) -> revcart_testkit::Reply {
    let token = shop.service.token_of(Service::User);
    shop.service.post(SEND).token(token).json(body).await
}

fn code(to: Value, channel: &str) -> Value {
    json!({
        "to": to, "channel": channel, "template": "otp-reset",
        "parameters": {"code": "493021", "minutes": "10"},
    })
}

#[tokio::test]
async fn a_code_goes_out_by_mail_and_by_text_message_and_is_kept_nowhere() {
    let shop = open().await;
    let user = shop.introduce().await;
    for (to, channel) in [
        (json!({"userId": user}), "email"),
        (json!({"userId": user}), "sms"),
        (json!({"email": "bob@example.com", "name": "Bob"}), "email"),
    ] {
        send(&shop, &code(to, channel))
            .await
            .expect(StatusCode::ACCEPTED);
    }
    shop.service.settle().await;
    let mailbox = shop.mailbox();
    for expected in [
        "To: ann@example.com\nSubject: Your code to reset the password\n",
        "To: bob@example.com\nSubject: Your code to reset the password\n",
        "Hello Bob,",
        "the password is 493021. It is valid for 10 minutes",
    ] {
        assert!(mailbox.contains(expected), "{expected}\n{mailbox}");
    }
    assert!(shop.file("sms.jsonl").contains("493021"));
    let sent = shop.service.published::<NotificationSent>();
    let codes = sent.iter().filter(|sent| sent.template == "otp-reset");
    assert_eq!(codes.count(), 3);
    let listed = shop
        .service
        .get("/api/notifications")
        .token(&shop.service.customer)
        .await
        .expect(StatusCode::OK);
    assert!(!listed.text().contains("otp-reset"), "{}", listed.text());
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_the_reason() {
    let shop = open().await;
    let stranger = UserId::new();
    let to = json!({"email": "bob@example.com"});
    for (body, reason) in [
        (
            json!({"to": to, "channel": "email", "template": "no_such"}),
            "template",
        ),
        (
            json!({"to": to, "channel": "email", "template": "otp-reset"}),
            "otp-reset",
        ),
        (code(json!({}), "email"), "address"),
        (code(to.clone(), "sms"), "telephone"),
        (code(to.clone(), "push"), "login"),
        (code(json!({"userId": stranger}), "email"), "heard of"),
    ] {
        let refused = send(&shop, &body)
            .await
            .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "CANNOT_BE_SENT");
        assert!(refused.text().contains(reason), "{}", refused.text());
    }
    for (pointer, wrong) in [
        ("/to/email", json!("no address")),
        ("/to/email", json!("a@b.c\nBcc: d@e.f")),
        ("/to/phone", json!("1")),
        ("/channel", json!("pigeon")),
        ("/template", json!("")),
        ("/parameters/code", json!("x".repeat(1001))),
    ] {
        let mut body = code(
            json!({"email": "bob@example.com", "phone": "+91 80"}),
            "email",
        );
        *body.pointer_mut(pointer).unwrap() = wrong;
        send(&shop, &body)
            .await
            .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
    assert_eq!(shop.mailbox(), "");
}

#[tokio::test]
async fn only_services_may_have_something_sent() {
    let shop = open().await;
    let body = code(json!({"email": "bob@example.com"}), "email");
    for caller in [&shop.service.customer, &shop.service.admin] {
        shop.service
            .post(SEND)
            .token(caller)
            .json(&body)
            .await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    shop.service
        .post(SEND)
        .json(&body)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
}

#[tokio::test]
async fn every_template_that_is_sent_for_comes_with_the_parameters_that_were_agreed() {
    let shop = open().await;
    let agreed: [(&str, &[&str]); 4] = [
        ("otp-register", &["code", "minutes"]),
        ("otp-reset", &["code", "minutes"]),
        ("otp-change", &["code", "minutes", "action"]),
        ("account-locked", &["minutes"]),
    ];
    for (template, parameters) in agreed {
        let command = SendNotification {
            to: Recipient {
                email: Some("bob@example.com".to_owned()),
                ..Recipient::default()
            },
            channel: Channel::Email,
            template: template.to_owned(),
            parameters: parameters.iter().map(|name| (*name, "17")).collect(),
        };
        shop.service.deliver_command(command).await;
    }
    shop.service.settle().await;
    assert_eq!(shop.mailbox().matches("To: bob@example.com").count(), 4);
}

#[tokio::test]
async fn an_order_to_a_supplier_is_mailed_to_them_once() {
    let shop = open().await;
    let Some(AnyMessage::PurchaseOrderSent(sample)) = samples::find("PurchaseOrderSent") else {
        panic!("there is a sample of each message");
    };
    let envelope = shop.service.deliver(sample.clone()).await;
    shop.service.settle().await;
    shop.service.deliver_envelope(&envelope).await;
    shop.service.settle().await;
    let mailbox = shop.mailbox();
    let to = format!(
        "To: {}\nSubject: Purchase order {}",
        sample.supplier_email, sample.number
    );
    assert_eq!(mailbox.matches(&to).count(), 1, "{mailbox}");
    for line in &sample.lines {
        assert!(mailbox.contains(&line.sku), "{mailbox}");
    }
    let sent = shop.service.published_once::<NotificationSent>();
    assert_eq!(
        (sent.user_id, sent.template.as_str()),
        (None, "purchase_order")
    );
}
