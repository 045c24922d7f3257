//! Making what is there as declared: queues first (dead letters before those that name them), then topics, then subscriptions.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName as Name;
use futures::{TryStreamExt, stream};
use shared_events::Topic;
use shared_events::topology::{Subscription, subscriptions};

use super::declared::{self, Place};
use super::observed::{
    BY_ATTRIBUTES, FILTER, FoundSubscription, Observed, RAW, SCOPE, arn_of, look_at_topics,
};
use super::{Difference, PARALLEL, Report};
use crate::bus::{QueueKind, QueueRef};
use crate::sqs::clients::Clients;
use crate::sqs::directory::{find_queue, topics_beside};
use crate::sqs::open_error::{Asked, OpenError};
use crate::sqs::options::Options;

pub(super) async fn mend(clients: &Clients, options: &Options) -> Result<Report, OpenError> {
    let before = Observed::look(clients, options).await?;
    let differences = before.differences(options);
    if differences.is_empty() {
        return Ok(Report::default());
    }
    let making = Making { clients, options };
    let place = making.place(&before).await?;
    for kind in [QueueKind::DeadLetter, QueueKind::Main] {
        let queues = QueueRef::all().filter(|queue| queue.kind == kind);
        stream::iter(queues.map(Ok::<_, OpenError>))
            .try_for_each_concurrent(PARALLEL, async |queue| {
                making.queue(&before, &place, queue).await
            })
            .await?;
    }
    // Without a queue nobody knew where to look for topics.
    let topics = match before.place {
        Some(_) => before.topics,
        None => look_at_topics(clients, options, &place).await?,
    };
    stream::iter(Topic::ALL.map(Ok::<_, OpenError>))
        .try_for_each_concurrent(PARALLEL, async |topic| {
            making.topic(topics.get(&topic), &place, topic).await
        })
        .await?;
    Ok(Report {
        mended: differences,
    })
}

struct Making<'a> {
    clients: &'a Clients,
    options: &'a Options,
}

impl Making<'_> {
    /// The account's ARNs: known from any queue, so the first one is made if there is none.
    async fn place(&self, before: &Observed) -> Result<Place, OpenError> {
        if let Some(place) = &before.place {
            return Ok(place.clone());
        }
        let first = QueueRef::dead_letters(shared_events::Service::ALL[0]);
        let name = self.options.queue_name(first);
        self.create_queue(&name, HashMap::new()).await?;
        let url = find_queue(self.clients, &name).await?;
        let arn = arn_of(self.clients, &name, &url).await?;
        let place = arn.rsplit_once(':').zip(topics_beside(&arn));
        let ((queues, _), topics) = place.ok_or_else(|| OpenError::Failed {
            action: "sqs:GetQueueAttributes",
            resource: format!("queue {name}"),
            place: self.clients.whereabouts(),
            problem: format!("{arn:?} is not the ARN of a queue"),
        })?;
        Ok(Place {
            queues: format!("{queues}:"),
            topics,
        })
    }

    async fn queue(
        &self,
        before: &Observed,
        place: &Place,
        queue: QueueRef,
    ) -> Result<(), OpenError> {
        let name = self.options.queue_name(queue);
        let mut wanted: HashMap<Name, String> = HashMap::new();
        let only = before.queues.get(&queue).map(|_| {
            let differences = before.differences(self.options);
            let of_this = differences.into_iter().filter_map(|it| match it {
                Difference::QueueAttribute {
                    queue, attribute, ..
                } if queue == name => Some(attribute),
                _ => None,
            });
            of_this.collect::<Vec<_>>()
        });
        for (attribute, value) in declared::attributes(self.options, place, queue) {
            if only.as_ref().is_none_or(|only| only.contains(&attribute)) {
                wanted.insert(Name::from(attribute), value);
            }
        }
        match before.queues.get(&queue) {
            Some(_) if wanted.is_empty() => Ok(()),
            Some(found) => self.set_attributes(&name, &found.url, wanted).await,
            None => self.create_queue(&name, wanted).await,
        }
    }

    /// Makes a queue; one that was made meanwhile gets the attributes.
    async fn create_queue(
        &self,
        name: &str,
        attributes: HashMap<Name, String>,
    ) -> Result<(), OpenError> {
        let resource = format!("queue {name}");
        let asked = Asked {
            clients: self.clients,
            action: "sqs:CreateQueue",
            resource: &resource,
        };
        let request = self.clients.sqs.create_queue().queue_name(name);
        let made = request
            .set_attributes(Some(attributes.clone()))
            .send()
            .await;
        match made {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|it| it.is_queue_name_exists()) =>
            {
                let url = find_queue(self.clients, name).await?;
                self.set_attributes(name, &url, attributes).await
            }
            Err(error) => Err(asked.failed(error)),
        }
    }

    async fn set_attributes(
        &self,
        name: &str,
        url: &str,
        attributes: HashMap<Name, String>,
    ) -> Result<(), OpenError> {
        let resource = format!("queue {name}");
        let asked = Asked {
            clients: self.clients,
            action: "sqs:SetQueueAttributes",
            resource: &resource,
        };
        let request = self.clients.sqs.set_queue_attributes().queue_url(url);
        let answer = request.set_attributes(Some(attributes)).send().await;
        answer.map(drop).map_err(|error| asked.failed(error))
    }

    /// A topic with exactly its subscriptions.
    async fn topic(
        &self,
        found: Option<&Vec<FoundSubscription>>,
        place: &Place,
        topic: Topic,
    ) -> Result<(), OpenError> {
        let name = self.options.topic_name(topic);
        if found.is_none() {
            let resource = format!("topic {name}");
            let asked = self.asked("sns:CreateTopic", &resource);
            let answer = self.clients.sns.create_topic().name(&name).send().await;
            answer.map_err(|error| asked.failed(error))?;
        }
        let found = found.map(Vec::as_slice).unwrap_or_default();
        let arn = place.topic_arn(self.options, topic);
        let mut kept = Vec::new();
        for subscription in subscriptions().iter().filter(|it| it.topic == topic) {
            let queue = place.queue_arn(self.options, subscription.queue.into());
            match found.iter().find(|it| it.is_of(&queue)) {
                None => self.subscribe(subscription, &arn, &queue).await?,
                Some(found) => {
                    kept.push(&found.arn);
                    self.adjust(subscription, &found.arn).await?;
                }
            }
        }
        for extra in found.iter().filter(|it| !kept.contains(&&it.arn)) {
            let asked = self.asked("sns:Unsubscribe", &extra.arn);
            let request = self.clients.sns.unsubscribe();
            let answer = request.subscription_arn(&extra.arn).send().await;
            answer.map_err(|error| asked.failed(error))?;
        }
        Ok(())
    }

    async fn subscribe(
        &self,
        subscription: &Subscription,
        topic: &str,
        queue: &str,
    ) -> Result<(), OpenError> {
        let resource = format!("{topic} for {queue}");
        let asked = self.asked("sns:Subscribe", &resource);
        let mut request = self
            .clients
            .sns
            .subscribe()
            .topic_arn(topic)
            .protocol("sqs")
            .endpoint(queue)
            .attributes(RAW, "true");
        if let Some(filter) = declared::filter_policy(subscription) {
            request = request.attributes(FILTER, filter);
        }
        let answer = request.send().await;
        answer.map(drop).map_err(|error| asked.failed(error))
    }

    /// Sets what a subscription should have; saying it again changes nothing.
    async fn adjust(&self, subscription: &Subscription, arn: &str) -> Result<(), OpenError> {
        let asked = self.asked("sns:SetSubscriptionAttributes", arn);
        let filter = declared::filter_policy(subscription);
        let scope = filter.is_some().then(|| (SCOPE, BY_ATTRIBUTES.to_owned()));
        let filter = (FILTER, filter.unwrap_or_else(|| "{}".to_owned()));
        let wanted = scope.into_iter().chain([filter, (RAW, "true".to_owned())]);
        for (name, value) in wanted {
            let request = self.clients.sns.set_subscription_attributes();
            let request = request.subscription_arn(arn).attribute_name(name);
            let answer = request.attribute_value(value).send().await;
            answer.map_err(|error| asked.failed(error))?;
        }
        Ok(())
    }

    fn asked<'a>(&'a self, action: &'static str, resource: &'a str) -> Asked<'a> {
        Asked {
            clients: self.clients,
            action,
            resource,
        }
    }
}
