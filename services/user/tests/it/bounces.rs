//! Mail that comes back.

use http::StatusCode;
use revcart_testkit::TestService;
use shared_events::{
    Attributes, CancelledBy, Channel, NotificationId, NotificationOutcome, NotificationSent,
    OrderCancelled, OrderId, UserId,
};

use crate::people;

fn sent(
    user_id: Option<UserId>,
    channel: Channel,
    outcome: NotificationOutcome,
) -> NotificationSent {
    NotificationSent {
        notification_id: NotificationId::new(),
        user_id,
        channel,
        template: "order-confirmed".into(),
        outcome,
    }
}

async fn bounces(service: &TestService, who: &revcart_testkit::Actor) -> bool {
    let reply = service
        .get("/api/users/profile")
        .token(who)
        .await
        .expect(StatusCode::OK);
    reply.at("/emailBounces").as_bool().unwrap()
}

#[tokio::test]
async fn mail_that_bounces_flags_the_account_it_went_to() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    let ravi = people::register(&service, "ravi@example.com").await;
    let envelope = service
        .deliver(sent(
            Some(asha.id),
            Channel::Email,
            NotificationOutcome::Bounced,
        ))
        .await;
    service.deliver_envelope(&envelope).await;
    service
        .deliver(sent(
            Some(asha.id),
            Channel::Email,
            NotificationOutcome::Bounced,
        ))
        .await;
    service.settle().await;
    assert!(bounces(&service, &asha).await);
    assert!(!bounces(&service, &ravi).await);
}

#[tokio::test]
async fn only_bounced_mail_to_somebody_with_a_login_counts() {
    let service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    for message in [
        sent(Some(asha.id), Channel::Email, NotificationOutcome::Sent),
        sent(Some(asha.id), Channel::Email, NotificationOutcome::Failed),
        sent(Some(asha.id), Channel::InApp, NotificationOutcome::Bounced),
        sent(
            Some(UserId::new()),
            Channel::Email,
            NotificationOutcome::Bounced,
        ),
        sent(None, Channel::Email, NotificationOutcome::Bounced),
    ] {
        service.deliver(message).await;
    }
    service.settle().await;
    assert!(!bounces(&service, &asha).await);
}

#[tokio::test]
async fn what_this_service_does_not_handle_is_a_dead_letter_and_the_rest_goes_on() {
    let mut service = people::start().await;
    let asha = people::register(&service, "asha@example.com").await;
    service.deliver_raw("no JSON", Attributes::default()).await;
    let stray = OrderCancelled {
        order_id: OrderId::new(),
        order_number: "RC-1".into(),
        user_id: None,
        reason: "OUT_OF_STOCK".into(),
        cancelled_by: CancelledBy::Saga,
        refunded: None,
        aggregate_version: 2,
    };
    let stray = shared_events::Envelope::new(
        shared_events::Service::Order,
        service.now(),
        shared_events::AnyMessage::from(stray),
    );
    service
        .deliver_raw(&stray.encode(), stray.attributes())
        .await;
    service
        .deliver(sent(
            Some(asha.id),
            Channel::Email,
            NotificationOutcome::Bounced,
        ))
        .await;
    let letters = service.dead_letters().await;
    let mut classes: Vec<_> = letters
        .iter()
        .map(|letter| letter.class().to_owned())
        .collect();
    classes.sort();
    assert_eq!(classes, ["permanent", "undecodable"]);
    assert!(bounces(&service, &asha).await);
}
