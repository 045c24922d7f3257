//! Where topics and queues are: names with their prefix, URLs of queues, ARNs of topics.

use aws_sdk_sqs::types::QueueAttributeName;
use futures::future::try_join_all;
use shared_events::topology::{publishers, senders};
use shared_events::{Service, Topic};
use tokio::sync::OnceCell;

use super::clients::Clients;
use super::open_error::{Asked, OpenError};
use super::options::Options;
use crate::bus::{QueueKind, QueueRef};

/// Two of each service.
const QUEUES: usize = 2 * Service::ALL.len();

/// Where everything is. What no service of this process needs is looked up when somebody asks for it.
pub(super) struct Directory {
    options: Options,
    urls: [OnceCell<String>; QUEUES],
    /// What stands before the name of a topic in its ARN: `arn:aws:sns:<region>:<account>:`.
    topics: String,
}

impl Directory {
    /// Finds what the services of this process need and makes sure that it is there.
    pub(super) async fn find(clients: &Clients, options: &Options) -> Result<Self, OpenError> {
        let queues = needed_queues(options);
        let urls: [OnceCell<String>; QUEUES] = std::array::from_fn(|_| OnceCell::new());
        let found = queues.iter().map(async |queue| {
            let url = find_queue(clients, &options.queue_name(*queue)).await?;
            urls[number(*queue)]
                .set(url)
                .expect("each queue is needed once");
            Ok::<_, OpenError>(())
        });
        try_join_all(found).await?;
        let mut directory = Self {
            options: options.clone(),
            urls,
            topics: String::new(),
        };
        if let Some(queue) = queues.first() {
            let url = directory.url(clients, *queue).await?;
            let name = options.queue_name(*queue);
            let arn = queue_arn(clients, url, &name).await?;
            directory.topics = topics_beside(&arn).ok_or_else(|| OpenError::Failed {
                action: "sqs:GetQueueAttributes",
                resource: format!("queue {name}"),
                place: clients.whereabouts(),
                problem: format!("{arn} is not the ARN of a queue"),
            })?;
        }
        try_join_all(
            needed_topics(options)
                .into_iter()
                .map(|topic| directory.check_topic(clients, topic)),
        )
        .await?;
        Ok(directory)
    }

    /// Where a queue is; looked up the first time, if it was not needed at the start.
    pub(super) async fn url(&self, clients: &Clients, queue: QueueRef) -> Result<&str, OpenError> {
        let find = async || find_queue(clients, &self.options.queue_name(queue)).await;
        let url = self.urls[number(queue)].get_or_try_init(find).await?;
        Ok(url)
    }

    /// The ARN of a topic, there or not.
    pub(super) fn topic_arn(&self, topic: Topic) -> String {
        format!("{}{}", self.topics, self.options.topic_name(topic))
    }

    async fn check_topic(&self, clients: &Clients, topic: Topic) -> Result<(), OpenError> {
        let resource = format!("topic {}", self.options.topic_name(topic));
        let asked = Asked {
            clients,
            action: "sns:GetTopicAttributes",
            resource: &resource,
        };
        let request = clients.sns.get_topic_attributes();
        let answer = request.topic_arn(self.topic_arn(topic)).send().await;
        answer.map(drop).map_err(|error| asked.failed(error))
    }
}

/// The URL of the queue of this name.
pub(super) async fn find_queue(clients: &Clients, name: &str) -> Result<String, OpenError> {
    let resource = format!("queue {name}");
    let asked = Asked {
        clients,
        action: "sqs:GetQueueUrl",
        resource: &resource,
    };
    let answer = clients.sqs.get_queue_url().queue_name(name).send().await;
    let answer = answer.map_err(|error| asked.failed(error))?;
    Ok(answer.queue_url.unwrap_or_default())
}

async fn queue_arn(clients: &Clients, url: &str, name: &str) -> Result<String, OpenError> {
    let resource = format!("queue {name}");
    let asked = Asked {
        clients,
        action: "sqs:GetQueueAttributes",
        resource: &resource,
    };
    let request = clients.sqs.get_queue_attributes().queue_url(url);
    let request = request.attribute_names(QueueAttributeName::QueueArn);
    let answer = request.send().await.map_err(|error| asked.failed(error))?;
    let arn = answer
        .attributes
        .and_then(|mut attributes| attributes.remove(&QueueAttributeName::QueueArn));
    Ok(arn.unwrap_or_default())
}

/// `arn:aws:sqs:<region>:<account>:<queue>` → `arn:aws:sns:<region>:<account>:`: both are in the same account.
pub(super) fn topics_beside(queue_arn: &str) -> Option<String> {
    let parts: Vec<&str> = queue_arn.split(':').collect();
    match parts[..] {
        ["arn", partition, "sqs", region, account, _] => {
            Some(format!("arn:{partition}:sns:{region}:{account}:"))
        }
        _ => None,
    }
}

/// What the services receive from and send to.
fn needed_queues(options: &Options) -> Vec<QueueRef> {
    let ours = |service: &Service| options.services.contains(service);
    let received = options
        .services
        .iter()
        .flat_map(|service| [QueueRef::main(*service), QueueRef::dead_letters(*service)]);
    let sent = senders().filter(|(sender, _, _)| ours(sender));
    let mut queues: Vec<_> = received
        .chain(sent.map(|(_, _, queue)| QueueRef::from(queue)))
        .collect();
    queues.sort_unstable();
    queues.dedup();
    queues
}

/// What the services publish to.
fn needed_topics(options: &Options) -> Vec<Topic> {
    publishers()
        .filter(|(publisher, _)| options.services.contains(publisher))
        .map(|(_, topic)| topic)
        .collect()
}

pub(super) fn number(queue: QueueRef) -> usize {
    2 * queue.service as usize + usize::from(queue.kind == QueueKind::DeadLetter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_needs_what_its_services_receive_from_and_send_to() {
        let options = Options::new("", &[Service::User]);
        let names: Vec<_> = needed_queues(&options)
            .into_iter()
            .map(QueueRef::name)
            .collect();
        assert_eq!(
            names,
            [
                "user-service-queue",
                "user-service-dlq",
                "notification-service-queue"
            ]
        );
        assert_eq!(needed_topics(&options), [Topic::User]);
        assert!(needed_topics(&Options::new("", &[Service::Analytics])).is_empty());
    }

    #[test]
    fn topics_are_in_the_account_of_the_queues() {
        assert_eq!(
            topics_beside("arn:aws-cn:sqs:cn-north-1:123456789012:order-service-queue").as_deref(),
            Some("arn:aws-cn:sns:cn-north-1:123456789012:")
        );
        assert_eq!(topics_beside("not an arn"), None);
    }

    #[test]
    fn every_queue_has_a_place_of_its_own() {
        let mut numbers: Vec<_> = QueueRef::all().map(number).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..QUEUES));
    }
}
