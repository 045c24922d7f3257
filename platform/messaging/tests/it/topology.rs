//! Topics and queues at SNS and SQS are made as declared, again and again, and whatever differs is found.

use revcart_messaging::sqs::topology::{self, Difference};
use revcart_messaging::sqs::{OpenError, Options};
use revcart_messaging::{QueueRef, SqsBus};
use shared_events::topology::subscriptions;
use shared_events::{Service, Topic};

use crate::localstack;

#[tokio::test]
async fn applying_makes_everything_and_applying_again_does_nothing() {
    let options = localstack::options(&Service::ALL);
    let missing = topology::diff(&options).await.unwrap();
    let expected = QueueRef::all().count() + Topic::ALL.len() + subscriptions().len();
    assert_eq!(missing.len(), expected, "{missing:#?}");

    let first = topology::apply(&options).await.unwrap();
    assert_eq!(first.mended, missing);
    assert_eq!(topology::diff(&options).await.unwrap(), []);
    let second = topology::apply(&options).await.unwrap();
    assert_eq!(second.mended, []);
    SqsBus::open(options.clone()).await.unwrap();

    topology::destroy(&options).await.unwrap();
    assert_eq!(topology::diff(&options).await.unwrap(), missing);
    topology::destroy(&options).await.unwrap();
}

#[tokio::test]
async fn whatever_differs_is_found_and_mended() {
    let options = localstack::options(&Service::ALL);
    topology::apply(&options).await.unwrap();
    let tampered = tamper(&options).await;

    let found = topology::diff(&options).await.unwrap();
    let mut told: Vec<_> = found.iter().map(what).collect();
    told.sort_unstable();
    assert_eq!(told, tampered, "{found:#?}");

    topology::apply(&options).await.unwrap();
    assert_eq!(topology::diff(&options).await.unwrap(), []);
    topology::destroy(&options).await.unwrap();
}

#[tokio::test]
async fn a_process_says_what_is_missing_and_what_to_do() {
    let options = localstack::options(&[Service::Order]);
    let error = SqsBus::open(options.clone()).await.unwrap_err();
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    let said = error.to_string();
    assert!(
        said.contains(&format!("queue {}", options.prefix)) && said.contains("topology apply"),
        "{said}"
    );
    assert!(!said.contains('\n'));
}

#[tokio::test]
async fn nothing_is_deleted_without_a_prefix() {
    let error = topology::destroy(&Options::new("", &[])).await.unwrap_err();
    assert_eq!(error, OpenError::NoPrefix);
}

/// Changes one thing of each kind by hand; says what, in the words of [`what`].
async fn tamper(options: &Options) -> Vec<String> {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let (sqs, sns) = (
        aws_sdk_sqs::Client::new(&config),
        aws_sdk_sns::Client::new(&config),
    );
    let name = |name: &str| format!("{}{name}", options.prefix);
    let url = async |queue: &str| {
        let answer = sqs.get_queue_url().queue_name(name(queue)).send().await;
        answer.unwrap().queue_url.unwrap()
    };
    use aws_sdk_sqs::types::QueueAttributeName as Attribute;
    for (queue, attribute, value) in [
        ("cart-service-dlq", Attribute::MessageRetentionPeriod, "600"),
        ("user-service-queue", Attribute::Policy, ""),
    ] {
        let request = sqs.set_queue_attributes().queue_url(url(queue).await);
        let answer = request.attributes(attribute, value).send().await;
        answer.unwrap();
    }
    let redrive = {
        let request = sqs
            .get_queue_attributes()
            .queue_url(url("order-service-queue").await);
        let answer = request.attribute_names(Attribute::RedrivePolicy).send();
        let mut attributes = answer.await.unwrap().attributes.unwrap();
        attributes.remove(&Attribute::RedrivePolicy).unwrap()
    };
    let request = sqs
        .set_queue_attributes()
        .queue_url(url("order-service-queue").await);
    let other = redrive.replace(":5", ":7").replace(": 5", ": 7");
    assert_ne!(other, redrive);
    let answer = request.attributes(Attribute::RedrivePolicy, other).send();
    answer.await.unwrap();

    let topics = sns.list_topics().into_paginator().items().send();
    let topics = topics.try_collect().await.unwrap();
    let arn = |topic: Topic| {
        let name = name(topic.name());
        let mut arns = topics.iter().filter_map(|topic| topic.topic_arn.clone());
        arns.find(|arn| arn.ends_with(&format!(":{name}"))).unwrap()
    };
    let listening = async |topic: Topic, queue: &str| {
        let request = sns.list_subscriptions_by_topic().topic_arn(arn(topic));
        let found = request.send().await.unwrap().subscriptions.unwrap();
        let ending = format!(":{}", name(queue));
        let found = found
            .into_iter()
            .find(|it| it.endpoint.as_ref().unwrap().ends_with(&ending));
        found.unwrap().subscription_arn.unwrap()
    };
    for (topic, queue, attribute, value) in [
        (
            Topic::Order,
            "cart-service-queue",
            "FilterPolicy",
            r#"{"event_type":["OrderPlaced"]}"#,
        ),
        (
            Topic::Order,
            "product-service-queue",
            "RawMessageDelivery",
            "false",
        ),
    ] {
        let subscription = listening(topic, queue).await;
        let request = sns.set_subscription_attributes();
        let request = request.subscription_arn(subscription);
        let request = request.attribute_name(attribute).attribute_value(value);
        request.send().await.unwrap();
    }
    let gone = listening(Topic::User, "analytics-service-queue").await;
    let request = sns.unsubscribe().subscription_arn(gone);
    request.send().await.unwrap();
    let stranger = arn(Topic::User)
        .replace(":sns:", ":sqs:")
        .replace("revcart-user-events", "payment-service-queue");
    let request = sns.subscribe().topic_arn(arn(Topic::User)).protocol("sqs");
    request.endpoint(&stranger).send().await.unwrap();
    sns.delete_topic()
        .topic_arn(arn(Topic::Cart))
        .send()
        .await
        .unwrap();

    let heard_of_cart = subscriptions().iter().filter(|it| it.topic == Topic::Cart);
    let mut expected: Vec<String> = heard_of_cart
        .map(|it| {
            format!(
                "no subscription {} {}",
                name(Topic::Cart.name()),
                name(it.queue.name())
            )
        })
        .collect();
    expected.extend([
        format!(
            "attribute {} MessageRetentionPeriod",
            name("cart-service-dlq")
        ),
        format!("attribute {} Policy", name("user-service-queue")),
        format!("attribute {} RedrivePolicy", name("order-service-queue")),
        format!("setting {} FilterPolicy", name("cart-service-queue")),
        format!(
            "setting {} RawMessageDelivery",
            name("product-service-queue")
        ),
        format!("no topic {}", name(Topic::Cart.name())),
        format!(
            "no subscription {} {}",
            name(Topic::User.name()),
            name("analytics-service-queue")
        ),
        format!("extra {stranger}"),
    ]);
    expected.sort_unstable();
    expected
}

/// A difference, as short as it can be told apart.
fn what(difference: &Difference) -> String {
    match difference {
        Difference::MissingTopic { topic } => format!("no topic {topic}"),
        Difference::MissingQueue { queue } => format!("no queue {queue}"),
        Difference::QueueAttribute {
            queue, attribute, ..
        } => format!("attribute {queue} {attribute}"),
        Difference::MissingSubscription { topic, queue } => {
            format!("no subscription {topic} {queue}")
        }
        Difference::SubscriptionAttribute {
            queue, attribute, ..
        } => format!("setting {queue} {attribute}"),
        Difference::ExtraSubscription { endpoint, .. } => format!("extra {endpoint}"),
    }
}
