//! What is mailed, to whom, once.

use axum::http::StatusCode;
use notification_service::Config;
use shared_events::*;

use crate::shop::{open, placed, registered};

#[tokio::test]
async fn a_new_user_is_welcomed_by_mail_and_the_mail_is_reported() {
    let shop = open().await;
    let user = UserId::new();
    shop.service
        .deliver(registered(user, "ann@example.com", Role::Customer))
        .await;
    shop.service.settle().await;
    let mailbox = shop.mailbox();
    assert!(
        mailbox.contains("To: ann@example.com\nSubject: Welcome to RevCart, Ann\n"),
        "{mailbox}"
    );
    let sent = shop.service.published_once::<NotificationSent>();
    assert_eq!(
        (sent.user_id, sent.outcome, sent.template.as_str()),
        (Some(user), NotificationOutcome::Sent, "welcome")
    );
}

#[tokio::test]
async fn a_message_that_comes_twice_is_mailed_once() {
    let shop = open().await;
    let envelope = Envelope::new(
        Service::User,
        shop.service.now(),
        AnyMessage::from(registered(UserId::new(), "ann@example.com", Role::Customer)),
    );
    for _ in 0..2 {
        shop.service.deliver_envelope(&envelope).await;
        shop.service.settle().await;
    }
    assert_eq!(shop.mailbox().matches("Subject: Welcome").count(), 1);
}

#[tokio::test]
async fn every_step_of_an_order_reaches_the_buyer_whatever_the_order_of_the_messages() {
    let shop = open().await;
    let (user, order) = (UserId::new(), OrderId::new());
    // The delivery is heard of before the order, and the order before the user.
    let AnyMessage::DeliveryAssigned(assigned) = samples::find("DeliveryAssigned").unwrap() else {
        panic!()
    };
    shop.service
        .deliver(DeliveryAssigned {
            order_id: order,
            ..assigned
        })
        .await;
    shop.service
        .deliver(placed(order, Some(user), "ann@example.com"))
        .await;
    shop.service
        .deliver(registered(user, "ann@example.com", Role::Customer))
        .await;
    for name in [
        "OrderConfirmed",
        "PaymentCompleted",
        "DeliveryInProgress",
        "DeliveryCompleted",
    ] {
        shop.service.deliver(about(order, name)).await;
    }
    shop.service.settle().await;
    let mailbox = shop.mailbox();
    for subject in [
        "Subject: We have your order RC-TEST-0001",
        "Subject: Your order RC-TEST-0001 is confirmed",
        "Subject: Receipt for order RC-TEST-0001",
        "will bring your order RC-TEST-0001\nDate",
        "Subject: Your order RC-TEST-0001 is on its way",
        "Subject: Your order RC-TEST-0001 was delivered",
    ] {
        assert_eq!(mailbox.matches(subject).count(), 1, "{subject}\n{mailbox}");
    }
    assert_eq!(mailbox.matches("To: ann@example.com").count(), 7);
}

fn about(order: OrderId, name: &str) -> AnyMessage {
    match samples::find(name).expect("there is a sample of each message") {
        AnyMessage::OrderConfirmed(event) => OrderConfirmed {
            order_id: order,
            ..event
        }
        .into(),
        AnyMessage::PaymentCompleted(event) => PaymentCompleted {
            order_id: order,
            ..event
        }
        .into(),
        AnyMessage::DeliveryInProgress(event) => DeliveryInProgress {
            order_id: order,
            ..event
        }
        .into(),
        AnyMessage::DeliveryCompleted(event) => DeliveryCompleted {
            order_id: order,
            ..event
        }
        .into(),
        other => panic!("{} is not prepared", other.name()),
    }
}

#[tokio::test]
async fn news_of_an_unknown_order_waits_for_it() {
    let shop = open().await;
    let order = OrderId::new();
    shop.service.deliver(about(order, "OrderConfirmed")).await;
    shop.service.settle().await;
    assert_eq!(shop.mailbox(), "");
    shop.service
        .deliver(placed(order, None, "guest@example.com"))
        .await;
    shop.service.settle().await;
    shop.service
        .advance(std::time::Duration::from_secs(6))
        .await;
    shop.service.settle().await;
    assert_eq!(shop.mailbox().matches("To: guest@example.com").count(), 2);
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_reported_as_bounced() {
    let shop = open().await;
    shop.service
        .deliver(registered(
            UserId::new(),
            "gone@bounce.test",
            Role::Customer,
        ))
        .await;
    shop.service.settle().await;
    assert_eq!(
        shop.service.published_once::<NotificationSent>().outcome,
        NotificationOutcome::Bounced
    );
    assert_eq!(shop.mailbox(), "");
}

#[tokio::test]
async fn low_stock_is_mailed_to_admins_and_to_nobody_else() {
    let shop = open().await;
    shop.service
        .deliver(registered(UserId::new(), "boss@example.com", Role::Admin))
        .await;
    shop.service
        .deliver(registered(UserId::new(), "ann@example.com", Role::Customer))
        .await;
    shop.service.settle().await;
    shop.service
        .deliver(samples::find("StockLevelLow").unwrap())
        .await;
    shop.service.settle().await;
    let mailbox = shop.mailbox();
    assert_eq!(mailbox.matches("Subject: Low stock").count(), 1);
    assert!(
        mailbox.contains("To: boss@example.com\nSubject: Low stock"),
        "{mailbox}"
    );
}

#[tokio::test]
async fn a_command_with_an_unknown_template_is_a_dead_letter_and_a_good_one_is_mailed() {
    let mut shop = open().await;
    let to = Recipient {
        user_id: None,
        name: Some("Ann".to_owned()),
        email: Some("ann@example.com".to_owned()),
        phone: None,
    };
    let command = |template: &str| SendNotification {
        to: to.clone(),
        channel: Channel::Email,
        template: template.to_owned(),
        parameters: [("code", "123456"), ("minutes", "10")]
            .into_iter()
            .collect(),
    };
    shop.service.deliver_command(command("no_such")).await;
    shop.service.deliver_command(command("otp-register")).await;
    let dead = shop.service.dead_letters().await;
    assert_eq!(dead.len(), 1);
    assert!(shop.mailbox().contains("your code is 123456"));
}

#[tokio::test]
async fn a_mail_that_a_crash_left_behind_is_sent_after_the_restart() {
    let shop = open().await;
    let user = UserId::new();
    // The commit is made by a service whose jobs never run.
    shop.service
        .deliver(registered(user, "ann@example.com", Role::Customer))
        .await;
    for consumer in &shop.service.parts().consumers {
        consumer.step().await.unwrap();
    }
    let service = shop
        .service
        .restart(|adapters| notification_service::build(Config::for_testing(), adapters))
        .await;
    service.settle().await;
    service.advance(std::time::Duration::from_secs(31)).await;
    service.settle().await;
    let mailbox =
        std::fs::read_to_string(service.parts().adapters.files.join("mail.mbox")).unwrap();
    assert_eq!(mailbox.matches("Subject: Welcome").count(), 1);
}

#[tokio::test]
async fn the_trace_of_an_order_names_its_mails_and_not_its_addresses() {
    let shop = open().await;
    let order = OrderId::new();
    shop.service
        .deliver(placed(order, None, "guest@example.com"))
        .await;
    shop.service.settle().await;
    let path = format!("/internal/trace/{order}");
    let reply = shop
        .service
        .get(&path)
        .token(shop.service.token_of(Service::Analytics))
        .await
        .expect(StatusCode::OK);
    assert_eq!(reply.at("/records").as_array().unwrap().len(), 2);
    assert!(!reply.text().contains("guest@example.com"));
}
