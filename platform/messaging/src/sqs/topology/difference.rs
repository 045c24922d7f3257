//! What is not as declared.

use std::fmt;

/// One thing that is not as declared. As text it is one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A topic is not there.
    MissingTopic {
        /// Its name, with prefix.
        topic: String,
    },
    /// A queue, or a dead-letter queue, is not there.
    MissingQueue {
        /// Its name, with prefix.
        queue: String,
    },
    /// A queue is there, and one of its attributes is missing or another: redrive, policy, retention.
    QueueAttribute {
        /// Its name, with prefix.
        queue: String,
        /// What SQS calls the attribute.
        attribute: &'static str,
        /// What it should be.
        declared: String,
        /// What it is.
        found: Option<String>,
    },
    /// A queue does not listen to a topic.
    MissingSubscription {
        /// The topic's name, with prefix.
        topic: String,
        /// The queue's name, with prefix.
        queue: String,
    },
    /// A queue listens, and a setting of it is another: filter policy, its scope, raw delivery.
    SubscriptionAttribute {
        /// The topic's name, with prefix.
        topic: String,
        /// The queue's name, with prefix.
        queue: String,
        /// What SNS calls the setting.
        attribute: &'static str,
        /// What it should be; nothing for no filter.
        declared: Option<String>,
        /// What it is.
        found: Option<String>,
    },
    /// Somebody listens to a topic whom nobody declared.
    ExtraSubscription {
        /// The topic's name, with prefix.
        topic: String,
        /// Who listens, as SNS knows it.
        endpoint: String,
        /// What SNS calls the subscription.
        arn: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        match self {
            Self::MissingTopic { topic } => write!(f, "topic {topic} is missing"),
            Self::MissingQueue { queue } => write!(f, "queue {queue} is missing"),
            Self::QueueAttribute {
                queue,
                attribute,
                declared,
                found,
            } => write!(
                f,
                "queue {queue} has {attribute} {}, declared is {declared}",
                or_none(found)
            ),
            Self::MissingSubscription { topic, queue } => {
                write!(f, "queue {queue} does not listen to topic {topic}")
            }
            Self::SubscriptionAttribute {
                topic,
                queue,
                attribute,
                declared,
                found,
            } => write!(
                f,
                "queue {queue} listens to topic {topic} with {attribute} {}, declared is {}",
                or_none(found),
                or_none(declared)
            ),
            Self::ExtraSubscription {
                topic, endpoint, ..
            } => write!(
                f,
                "{endpoint} listens to topic {topic}, which nobody declared"
            ),
        }
    }
}
