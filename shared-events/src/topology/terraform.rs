//! The topology as values of Terraform variables (`*.auto.tfvars.json`), which is also what a deployed account is compared with.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    DEAD_LETTER_RETENTION, Filter, MAX_RECEIVE_COUNT, Queue, Service, Topic, publishers, senders,
    subscriptions,
};

/// The whole topology, under the names of the variables.
#[derive(Debug, Serialize)]
pub struct Variables {
    /// Names of the topics.
    pub topics: Vec<&'static str>,
    /// The queues by name.
    pub queues: BTreeMap<&'static str, QueueSettings>,
    /// Which queue listens to which topic; keyed so that `for_each` can take it.
    pub subscriptions: BTreeMap<String, SubscriptionSettings>,
    /// Per service the topics it may publish to.
    pub publishers: BTreeMap<&'static str, Vec<&'static str>>,
    /// Per service the queues it may send commands to.
    pub senders: BTreeMap<&'static str, Vec<&'static str>>,
}

/// A queue and where its failures go.
#[derive(Debug, Serialize)]
pub struct QueueSettings {
    /// Whose it is.
    pub service: &'static str,
    /// Where its dead letters lie.
    pub dead_letter_queue: &'static str,
    /// After how many receives a message becomes one.
    pub max_receive_count: u32,
    /// How long a dead letter is kept.
    pub dead_letter_retention_seconds: u64,
}

/// A subscription with its filter policy.
#[derive(Debug, Serialize)]
pub struct SubscriptionSettings {
    /// Name of the topic.
    pub topic: &'static str,
    /// Name of the queue.
    pub queue: &'static str,
    /// Always true: the queue receives the envelope itself.
    pub raw_message_delivery: bool,
    /// On message attributes; null lets everything through.
    pub filter_policy: Option<BTreeMap<&'static str, Vec<&'static str>>>,
}

/// The values as indented JSON.
pub fn tfvars_json() -> String {
    serde_json::to_string_pretty(&variables())
        .expect("strings and numbers under string keys are JSON")
}

/// The values.
pub fn variables() -> Variables {
    let mut publishing: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (service, topic) in publishers() {
        publishing
            .entry(service.name())
            .or_default()
            .push(topic.name());
    }
    let mut sending: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (service, _, queue) in senders() {
        let queues = sending.entry(service.name()).or_default();
        if !queues.contains(&queue.name()) {
            queues.push(queue.name());
        }
    }
    Variables {
        topics: Topic::ALL.map(Topic::name).to_vec(),
        queues: Service::ALL.map(queue).into_iter().collect(),
        subscriptions: subscriptions()
            .iter()
            .map(|subscription| {
                let (topic, queue) = (subscription.topic.name(), subscription.queue.name());
                let filter_policy = match &subscription.filter {
                    Filter::All => None,
                    Filter::Types(names) => {
                        Some([(crate::attributes::EVENT_TYPE, names.clone())].into())
                    }
                };
                let settings = SubscriptionSettings {
                    topic,
                    queue,
                    raw_message_delivery: true,
                    filter_policy,
                };
                (format!("{topic}--{queue}"), settings)
            })
            .collect(),
        publishers: publishing,
        senders: sending,
    }
}

fn queue(service: Service) -> (&'static str, QueueSettings) {
    let queue = Queue(service);
    let settings = QueueSettings {
        service: service.name(),
        dead_letter_queue: queue.dead_letter_name(),
        max_receive_count: MAX_RECEIVE_COUNT,
        dead_letter_retention_seconds: DEAD_LETTER_RETENTION.as_secs(),
    };
    (queue.name(), settings)
}
