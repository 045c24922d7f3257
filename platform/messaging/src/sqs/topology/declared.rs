//! What should be, in the words of SNS and SQS.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::QueueAttributeName as Name;
use serde_json::{Value, json};
use shared_events::attributes::EVENT_TYPE;
use shared_events::topology::{
    DEAD_LETTER_RETENTION, Filter, MAX_RECEIVE_COUNT, Subscription, subscriptions,
};
use shared_events::{Service, Topic};

use super::policy;
use crate::bus::{QueueKind, QueueRef};
use crate::sqs::options::Options;

/// Where the account's topics and queues are: what stands before their names in an ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) queues: String,
    pub(super) topics: String,
}

impl Place {
    pub(super) fn queue_arn(&self, options: &Options, queue: QueueRef) -> String {
        format!("{}{}", self.queues, options.queue_name(queue))
    }

    pub(super) fn topic_arn(&self, options: &Options, topic: Topic) -> String {
        format!("{}{}", self.topics, options.topic_name(topic))
    }
}

/// The attributes that a queue should have; all others are as AWS makes them.
pub(super) fn attributes(
    options: &Options,
    place: &Place,
    queue: QueueRef,
) -> BTreeMap<&'static str, String> {
    match queue.kind {
        QueueKind::DeadLetter => {
            BTreeMap::from([(RETENTION, DEAD_LETTER_RETENTION.as_secs().to_string())])
        }
        QueueKind::Main => {
            let dead_letters = QueueRef::dead_letters(queue.service);
            let redrive = json!({
                "deadLetterTargetArn": place.queue_arn(options, dead_letters),
                "maxReceiveCount": MAX_RECEIVE_COUNT,
            });
            let mut wanted = BTreeMap::from([(REDRIVE, redrive.to_string())]);
            let topics = topics_of(options, place, queue.service);
            if !topics.is_empty() {
                let policy = policy::letting_in(&place.queue_arn(options, queue), &topics);
                wanted.insert(POLICY, policy);
            }
            wanted
        }
    }
}

pub(super) const RETENTION: &str = "MessageRetentionPeriod";
pub(super) const REDRIVE: &str = "RedrivePolicy";
pub(super) const POLICY: &str = "Policy";

/// The names that are compared, as SQS wants them.
pub(super) fn names() -> [Name; 4] {
    [
        Name::QueueArn,
        Name::MessageRetentionPeriod,
        Name::RedrivePolicy,
        Name::Policy,
    ]
}

/// The ARNs of the topics that a service listens to.
pub(super) fn topics_of(options: &Options, place: &Place, service: Service) -> Vec<String> {
    let heard = subscriptions().iter().filter(|it| it.queue.0 == service);
    heard.map(|it| place.topic_arn(options, it.topic)).collect()
}

/// Whether what a queue has means what it should have.
pub(super) fn same(attribute: &str, wanted: &str, found: &str, topics: &[String]) -> bool {
    match attribute {
        POLICY => topics.iter().all(|topic| policy::lets_in(found, topic)),
        REDRIVE => redrive(wanted) == redrive(found),
        _ => wanted == found,
    }
}

/// The target and the count, which may be written as a number or as a text.
fn redrive(text: &str) -> Option<(String, String)> {
    let policy: Value = serde_json::from_str(text).ok()?;
    let count = &policy["maxReceiveCount"];
    let count = count
        .as_str()
        .map_or_else(|| count.to_string(), str::to_owned);
    Some((policy["deadLetterTargetArn"].as_str()?.to_owned(), count))
}

/// The filter policy of a subscription; nothing for one that hears everything.
pub(super) fn filter_policy(subscription: &Subscription) -> Option<String> {
    match &subscription.filter {
        Filter::All => None,
        Filter::Types(names) => Some(json!({ EVENT_TYPE: names }).to_string()),
    }
}

/// Whether a filter policy lets through what it should, and no more.
pub(super) fn same_filter(wanted: Option<&str>, found: Option<&str>) -> bool {
    filter(wanted) == filter(found)
}

/// By attribute, the values without order. What cannot be read is different from everything declared.
fn filter(text: Option<&str>) -> Result<BTreeMap<String, Vec<String>>, String> {
    let text = text.unwrap_or("{}");
    let read: Result<BTreeMap<String, Vec<Value>>, _> = serde_json::from_str(text);
    let read = read.map_err(|error| error.to_string())?;
    let sorted = read.into_iter().map(|(name, values)| {
        let mut values: Vec<String> = values.iter().map(ToString::to_string).collect();
        values.sort_unstable();
        (name, values)
    });
    Ok(sorted.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redrive_policy_is_the_same_however_its_count_is_written() {
        let number = r#"{"deadLetterTargetArn":"a","maxReceiveCount":5}"#;
        let text = r#"{"maxReceiveCount":"5","deadLetterTargetArn":"a"}"#;
        assert!(same(REDRIVE, number, text, &[]));
        let other = r#"{"deadLetterTargetArn":"a","maxReceiveCount":6}"#;
        assert!(!same(REDRIVE, number, other, &[]));
        assert!(!same(REDRIVE, number, "", &[]));
    }

    #[test]
    fn the_order_of_a_filter_means_nothing_and_its_content_everything() {
        let wanted = Some(r#"{"event_type":["A","B"]}"#);
        assert!(same_filter(wanted, Some(r#"{"event_type": ["B", "A"]}"#)));
        for other in [
            None,
            Some(r#"{"event_type":["A"]}"#),
            Some(r#"{"event_type":["A","B","C"]}"#),
            Some(r#"{"event":["A","B"]}"#),
            Some(r#"{"event_type":[{"prefix":"A"},"B"]}"#),
            Some("broken"),
        ] {
            assert!(!same_filter(wanted, other), "{other:?}");
        }
        assert!(same_filter(None, Some("{}")));
    }
}
