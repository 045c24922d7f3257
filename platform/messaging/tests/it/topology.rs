//! Topics and queues at SNS and SQS are made as declared, again and again, and whatever differs is found.

use aws_sdk_sqs::types::QueueAttributeName as Attribute;
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
    let account = Account::of(options).await;
    let mut expected = spoil_queues(&account).await;
    expected.extend(spoil_subscriptions(&account).await);

    account.delete(Topic::Cart).await;
    let topic = account.name(Topic::Cart.name());
    let heard = subscriptions().iter().filter(|it| it.topic == Topic::Cart);
    expected.extend(heard.map(|it| {
        let queue = account.name(it.queue.name());
        format!("no subscription {topic} {queue}")
    }));
    expected.push(format!("no topic {topic}"));
    expected.sort_unstable();
    expected
}

async fn spoil_queues(account: &Account) -> Vec<String> {
    let redrive = account
        .attribute("order-service-queue", Attribute::RedrivePolicy)
        .await;
    let other = redrive.replace(":5", ":7").replace(": 5", ": 7");
    assert_ne!(other, redrive);
    let mut said = Vec::new();
    for (queue, attribute, value) in [
        ("cart-service-dlq", Attribute::MessageRetentionPeriod, "600"),
        ("user-service-queue", Attribute::Policy, ""),
        ("order-service-queue", Attribute::RedrivePolicy, &other),
    ] {
        account.set(queue, attribute.clone(), value).await;
        said.push(format!("attribute {} {attribute}", account.name(queue)));
    }
    said
}

async fn spoil_subscriptions(account: &Account) -> Vec<String> {
    let mut said = Vec::new();
    for (queue, setting, value) in [
        (
            "cart-service-queue",
            "FilterPolicy",
            r#"{"event_type":["OrderPlaced"]}"#,
        ),
        ("product-service-queue", "RawMessageDelivery", "false"),
    ] {
        let subscription = account.listening(Topic::Order, queue).await;
        let request = account.sns.set_subscription_attributes();
        let request = request.subscription_arn(subscription);
        let request = request.attribute_name(setting).attribute_value(value);
        request.send().await.unwrap();
        said.push(format!("setting {} {setting}", account.name(queue)));
    }
    let silent = "analytics-service-queue";
    let gone = account.listening(Topic::User, silent).await;
    let request = account.sns.unsubscribe().subscription_arn(gone);
    request.send().await.unwrap();
    let topic = account.name(Topic::User.name());
    said.push(format!("no subscription {topic} {}", account.name(silent)));

    let arn = account.arn(Topic::User);
    let stranger = arn
        .replace(":sns:", ":sqs:")
        .replace(Topic::User.name(), "payment-service-queue");
    let request = account.sns.subscribe().topic_arn(arn).protocol("sqs");
    request.endpoint(&stranger).send().await.unwrap();
    said.push(format!("extra {stranger}"));
    said
}

/// Somebody with the tools of AWS, who knows nothing of the declaration.
struct Account {
    sqs: aws_sdk_sqs::Client,
    sns: aws_sdk_sns::Client,
    prefix: String,
    topics: Vec<String>,
}

impl Account {
    async fn of(options: &Options) -> Self {
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
        let sns = aws_sdk_sns::Client::new(&config);
        let topics = sns.list_topics().into_paginator().items().send();
        let topics = topics.try_collect().await.unwrap();
        Self {
            sqs: aws_sdk_sqs::Client::new(&config),
            sns,
            prefix: options.prefix.clone(),
            topics: topics.into_iter().filter_map(|it| it.topic_arn).collect(),
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn arn(&self, topic: Topic) -> &str {
        let ending = format!(":{}", self.name(topic.name()));
        let found = self.topics.iter().find(|arn| arn.ends_with(&ending));
        found.unwrap()
    }

    async fn url(&self, queue: &str) -> String {
        let request = self.sqs.get_queue_url().queue_name(self.name(queue));
        request.send().await.unwrap().queue_url.unwrap()
    }

    async fn attribute(&self, queue: &str, attribute: Attribute) -> String {
        let request = self
            .sqs
            .get_queue_attributes()
            .queue_url(self.url(queue).await);
        let answer = request.attribute_names(attribute.clone()).send().await;
        let mut attributes = answer.unwrap().attributes.unwrap();
        attributes.remove(&attribute).unwrap()
    }

    async fn set(&self, queue: &str, attribute: Attribute, value: &str) {
        let request = self
            .sqs
            .set_queue_attributes()
            .queue_url(self.url(queue).await);
        request.attributes(attribute, value).send().await.unwrap();
    }

    async fn listening(&self, topic: Topic, queue: &str) -> String {
        let request = self.sns.list_subscriptions_by_topic();
        let answer = request.topic_arn(self.arn(topic)).send().await.unwrap();
        let ending = format!(":{}", self.name(queue));
        let mut found = answer.subscriptions.unwrap().into_iter();
        let found = found.find(|it| it.endpoint.as_ref().unwrap().ends_with(&ending));
        found.unwrap().subscription_arn.unwrap()
    }

    async fn delete(&self, topic: Topic) {
        let request = self.sns.delete_topic().topic_arn(self.arn(topic));
        request.send().await.unwrap();
    }
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
