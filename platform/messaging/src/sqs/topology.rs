//! Topics, queues, subscriptions and policies at SNS and SQS: made as declared in `shared-events`, and compared with it.
//!
//! [`diff`] looks and tells, [`apply`] looks and makes good what differs; what is as declared is left alone, so applying
//! again does nothing. Neither knows what made things as they are (Terraform, this, a person). Reading order: `declared`
//! (what should be), `observed` (what is), [`Difference`], `mend`.

mod declared;
mod difference;
mod mend;
mod observed;
mod policy;

use std::fmt;

use futures::{StreamExt, TryStreamExt, stream};
use shared_events::Topic;

pub use difference::Difference;

use super::clients::Clients;
use super::directory::{find_queue, topics_beside};
use super::open_error::{Asked, OpenError};
use super::options::Options;
use crate::bus::QueueRef;
use observed::Observed;

/// Requests at the same time, at the most.
const PARALLEL: usize = 8;

/// What [`apply`] did.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What differed and is now as declared, in the order in which it was mended.
    pub mended: Vec<Difference>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mended.is_empty() {
            return f.write_str("everything was as declared; nothing was changed");
        }
        for difference in &self.mended {
            writeln!(f, "mended: {difference}")?;
        }
        write!(f, "{} differences mended", self.mended.len())
    }
}

/// Makes topics, queues, dead-letter queues, policies and subscriptions as declared, whatever is there. Subscriptions of
/// ours that nobody declared are removed; other topics and queues are not touched.
///
/// # Errors
/// [`OpenError`]; what was made by then stays, and applying again goes on from there.
pub async fn apply(options: &Options) -> Result<Report, OpenError> {
    let clients = Clients::connect().await?;
    mend::mend(&clients, options).await
}

/// Compares what is there with what is declared; empty when they agree.
///
/// # Errors
/// [`OpenError`] when it cannot be looked at.
pub async fn diff(options: &Options) -> Result<Vec<Difference>, OpenError> {
    let clients = Clients::connect().await?;
    let observed = Observed::look(&clients, options).await?;
    Ok(observed.differences(options))
}

/// Deletes the topics and queues of this prefix, with whatever is in them: for tests.
///
/// # Errors
/// [`OpenError`], among others [`OpenError::NoPrefix`] for an empty prefix.
pub async fn destroy(options: &Options) -> Result<(), OpenError> {
    if options.prefix.is_empty() {
        return Err(OpenError::NoPrefix);
    }
    let clients = Clients::connect().await?;
    let queues: Vec<(String, String)> = stream::iter(QueueRef::all())
        .map(async |queue| {
            let name = options.queue_name(queue);
            let found = observed::there(find_queue(&clients, &name).await)?;
            Ok::<_, OpenError>(found.map(|url| (name, url)))
        })
        .buffer_unordered(PARALLEL)
        .try_filter_map(async |found| Ok(found))
        .try_collect()
        .await?;
    let topics = match queues.first() {
        Some((name, url)) => topics_beside(&observed::arn_of(&clients, name, url).await?),
        None => None,
    };
    let topics = topics.into_iter().flat_map(|before| {
        Topic::ALL.map(|topic| format!("{before}{}", options.topic_name(topic)))
    });
    stream::iter(topics.map(Ok))
        .try_for_each_concurrent(PARALLEL, async |arn| delete_topic(&clients, &arn).await)
        .await?;
    stream::iter(queues.into_iter().map(Ok))
        .try_for_each_concurrent(PARALLEL, async |(name, url)| {
            delete_queue(&clients, &name, &url).await
        })
        .await
}

/// A topic goes with its subscriptions.
async fn delete_topic(clients: &Clients, arn: &str) -> Result<(), OpenError> {
    let asked = Asked {
        clients,
        action: "sns:DeleteTopic",
        resource: arn,
    };
    let answer = clients.sns.delete_topic().topic_arn(arn).send().await;
    observed::there(answer.map_err(|error| asked.failed(error))).map(drop)
}

async fn delete_queue(clients: &Clients, name: &str, url: &str) -> Result<(), OpenError> {
    let resource = format!("queue {name}");
    let asked = Asked {
        clients,
        action: "sqs:DeleteQueue",
        resource: &resource,
    };
    let answer = clients.sqs.delete_queue().queue_url(url).send().await;
    observed::there(answer.map_err(|error| asked.failed(error))).map(drop)
}
