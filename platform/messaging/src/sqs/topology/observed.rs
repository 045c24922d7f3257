//! What is there.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::types::QueueAttributeName as Name;
use futures::{StreamExt, TryStreamExt, stream};
use shared_events::Topic;
use shared_events::topology::subscriptions;

use super::declared::{self, Place};
use super::{Difference, PARALLEL};
use crate::bus::QueueRef;
use crate::sqs::clients::Clients;
use crate::sqs::directory::{find_queue, topics_beside};
use crate::sqs::open_error::{Asked, OpenError};
use crate::sqs::options::Options;

/// A queue as it is.
#[derive(Debug, Clone)]
pub(super) struct FoundQueue {
    pub(super) url: String,
    attributes: HashMap<Name, String>,
}

/// A subscription as it is.
#[derive(Debug, Clone)]
pub(super) struct FoundSubscription {
    pub(super) arn: String,
    endpoint: String,
    attributes: HashMap<String, String>,
}

impl FoundSubscription {
    /// Whether the queue of this ARN listens.
    pub(super) fn is_of(&self, queue_arn: &str) -> bool {
        self.endpoint == queue_arn
    }
}

/// Topics with their subscriptions.
pub(super) type Topics = BTreeMap<Topic, Vec<FoundSubscription>>;

/// Everything that is there of what is declared.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) queues: BTreeMap<QueueRef, FoundQueue>,
    pub(super) topics: Topics,
    /// Unknown as long as there is no queue.
    pub(super) place: Option<Place>,
}

impl Observed {
    pub(super) async fn look(clients: &Clients, options: &Options) -> Result<Self, OpenError> {
        let queues: BTreeMap<QueueRef, FoundQueue> = stream::iter(QueueRef::all())
            .map(async |queue| {
                let found = there(look_at_queue(clients, &options.queue_name(queue)).await)?;
                Ok::<_, OpenError>(found.map(|found| (queue, found)))
            })
            .buffer_unordered(PARALLEL)
            .try_filter_map(async |found| Ok(found))
            .try_collect()
            .await?;
        let Some(place) = queues.values().find_map(place) else {
            // Without a queue nobody can say in which account to look for topics; applying makes a queue first.
            return Ok(Self::default());
        };
        Ok(Self {
            queues,
            topics: look_at_topics(clients, options, &place).await?,
            place: Some(place),
        })
    }

    /// What is not as declared: queues, then topics, then subscriptions.
    pub(super) fn differences(&self, options: &Options) -> Vec<Difference> {
        let mut differences = Vec::new();
        for queue in QueueRef::all() {
            self.compare_queue(options, queue, &mut differences);
        }
        for topic in Topic::ALL {
            if !self.topics.contains_key(&topic) {
                let topic = options.topic_name(topic);
                differences.push(Difference::MissingTopic { topic });
            }
        }
        for topic in Topic::ALL {
            self.compare_subscriptions(options, topic, &mut differences);
        }
        differences
    }

    fn compare_queue(&self, options: &Options, queue: QueueRef, to: &mut Vec<Difference>) {
        let name = options.queue_name(queue);
        let (Some(found), Some(place)) = (self.queues.get(&queue), &self.place) else {
            return to.push(Difference::MissingQueue { queue: name });
        };
        let topics = declared::topics_of(options, place, queue.service);
        for (attribute, declared) in declared::attributes(options, place, queue) {
            let value = found.attributes.get(&Name::from(attribute));
            let same = |value: &String| declared::same(attribute, &declared, value, &topics);
            if !value.is_some_and(same) {
                to.push(Difference::QueueAttribute {
                    queue: name.clone(),
                    attribute,
                    declared,
                    found: value.cloned(),
                });
            }
        }
    }

    fn compare_subscriptions(&self, options: &Options, topic: Topic, to: &mut Vec<Difference>) {
        let found = self
            .topics
            .get(&topic)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let declared = subscriptions().iter().filter(|it| it.topic == topic);
        let mut known = Vec::new();
        for subscription in declared {
            let queue = options.queue_name(subscription.queue.into());
            let topic = options.topic_name(topic);
            let place = self.place.as_ref();
            let arn = place.map(|it| it.queue_arn(options, subscription.queue.into()));
            let ours = |it: &&FoundSubscription| arn.as_ref().is_some_and(|arn| it.is_of(arn));
            let Some(found) = found.iter().find(ours) else {
                to.push(Difference::MissingSubscription { topic, queue });
                continue;
            };
            known.push(&found.arn);
            let filter = declared::filter_policy(subscription);
            let value = |name: &str| found.attributes.get(name).cloned();
            let mut differs = |attribute, declared, found| {
                to.push(Difference::SubscriptionAttribute {
                    topic: topic.clone(),
                    queue: queue.clone(),
                    attribute,
                    declared,
                    found,
                });
            };
            if !declared::same_filter(filter.as_deref(), value(FILTER).as_deref()) {
                differs(FILTER, filter.clone(), value(FILTER));
            }
            let scope = value(SCOPE).filter(|scope| scope != BY_ATTRIBUTES);
            if filter.is_some() && scope.is_some() {
                differs(SCOPE, Some(BY_ATTRIBUTES.to_owned()), scope);
            }
            if value(RAW).as_deref() != Some("true") {
                differs(RAW, Some("true".to_owned()), value(RAW));
            }
        }
        for extra in found.iter().filter(|found| !known.contains(&&found.arn)) {
            to.push(Difference::ExtraSubscription {
                topic: options.topic_name(topic),
                endpoint: extra.endpoint.clone(),
                arn: extra.arn.clone(),
            });
        }
    }
}

pub(super) const FILTER: &str = "FilterPolicy";
pub(super) const SCOPE: &str = "FilterPolicyScope";
pub(super) const BY_ATTRIBUTES: &str = "MessageAttributes";
pub(super) const RAW: &str = "RawMessageDelivery";

/// What is not there is no error here.
pub(super) fn there<T>(outcome: Result<T, OpenError>) -> Result<Option<T>, OpenError> {
    match outcome {
        Err(OpenError::Missing { .. }) => Ok(None),
        other => other.map(Some),
    }
}

fn place(queue: &FoundQueue) -> Option<Place> {
    let arn = queue.attributes.get(&Name::QueueArn)?;
    let (queues, _) = arn.rsplit_once(':')?;
    Some(Place {
        queues: format!("{queues}:"),
        topics: topics_beside(arn)?,
    })
}

/// The ARN of a queue.
pub(super) async fn arn_of(clients: &Clients, name: &str, url: &str) -> Result<String, OpenError> {
    let mut attributes = attributes_of(clients, name, url).await?;
    Ok(attributes.remove(&Name::QueueArn).unwrap_or_default())
}

async fn look_at_queue(clients: &Clients, name: &str) -> Result<FoundQueue, OpenError> {
    let url = find_queue(clients, name).await?;
    let attributes = attributes_of(clients, name, &url).await?;
    Ok(FoundQueue { url, attributes })
}

async fn attributes_of(
    clients: &Clients,
    name: &str,
    url: &str,
) -> Result<HashMap<Name, String>, OpenError> {
    let resource = format!("queue {name}");
    let asked = Asked {
        clients,
        action: "sqs:GetQueueAttributes",
        resource: &resource,
    };
    let request = clients.sqs.get_queue_attributes().queue_url(url);
    let request = request.set_attribute_names(Some(declared::names().to_vec()));
    let answer = request.send().await.map_err(|error| asked.failed(error))?;
    Ok(answer.attributes.unwrap_or_default())
}

/// The topics that are there, with their subscriptions.
pub(super) async fn look_at_topics(
    clients: &Clients,
    options: &Options,
    place: &Place,
) -> Result<Topics, OpenError> {
    stream::iter(Topic::ALL)
        .map(async |topic| {
            let arn = place.topic_arn(options, topic);
            let found = there(look_at_topic(clients, &arn).await)?;
            Ok::<_, OpenError>(found.map(|found| (topic, found)))
        })
        .buffer_unordered(PARALLEL)
        .try_filter_map(async |found| Ok(found))
        .try_collect()
        .await
}

async fn look_at_topic(clients: &Clients, arn: &str) -> Result<Vec<FoundSubscription>, OpenError> {
    let asked = Asked {
        clients,
        action: "sns:ListSubscriptionsByTopic",
        resource: arn,
    };
    // The list of a topic that is not there may be empty instead of an error.
    let there = clients
        .sns
        .get_topic_attributes()
        .topic_arn(arn)
        .send()
        .await;
    there.map_err(|error| asked.failed(error))?;
    let mut pages = clients
        .sns
        .list_subscriptions_by_topic()
        .topic_arn(arn)
        .into_paginator()
        .send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| asked.failed(error))?;
        for subscription in page.subscriptions.unwrap_or_default() {
            let arn = subscription.subscription_arn.unwrap_or_default();
            let attributes = subscription_attributes(clients, &arn).await?;
            found.push(FoundSubscription {
                arn,
                endpoint: subscription.endpoint.unwrap_or_default(),
                attributes,
            });
        }
    }
    Ok(found)
}

async fn subscription_attributes(
    clients: &Clients,
    arn: &str,
) -> Result<HashMap<String, String>, OpenError> {
    let asked = Asked {
        clients,
        action: "sns:GetSubscriptionAttributes",
        resource: arn,
    };
    let request = clients.sns.get_subscription_attributes();
    let answer = request.subscription_arn(arn).send().await;
    let answer = there(answer.map_err(|error| asked.failed(error)))?;
    Ok(answer.and_then(|it| it.attributes).unwrap_or_default())
}
