//! Why the bus cannot be opened, or its topics and queues not be made: what is wrong, where, and what to do.

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};

use super::clients::Clients;
use super::failure::{Failure, Kind};

/// Why SNS and SQS cannot be used. Each is one line for the person who starts the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Nobody says which region.
    #[error(
        "no AWS region is set: set AWS_REGION, or `region` in the profile that AWS_PROFILE names"
    )]
    NoRegion,
    /// Nobody says who we are.
    #[error(
        "there are no AWS credentials ({0}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role"
    )]
    NoCredentials(String),
    /// AWS does not know us.
    #[error(
        "{place} refuses the AWS credentials ({problem}): check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN or AWS_PROFILE"
    )]
    BadCredentials {
        /// Where was asked.
        place: String,
        /// The answer.
        problem: String,
    },
    /// Nobody answers.
    #[error(
        "{place} cannot be reached ({problem}): check AWS_ENDPOINT_URL, AWS_REGION and the network"
    )]
    Unreachable {
        /// Where was asked.
        place: String,
        /// What happened instead of an answer.
        problem: String,
    },
    /// A topic or queue is not there.
    #[error(
        "there is no {resource} at {place}: run `revcart topology apply` or Terraform, or check REVCART_RESOURCE_PREFIX"
    )]
    Missing {
        /// Which, with its kind.
        resource: String,
        /// Where was asked.
        place: String,
    },
    /// A policy forbids it.
    #[error(
        "{action} on {resource} is denied: allow it in the policy of this process's user or role"
    )]
    Denied {
        /// What was asked, such as `sqs:GetQueueUrl`.
        action: &'static str,
        /// Of which topic or queue.
        resource: String,
    },
    /// Anything else.
    #[error("{action} on {resource} failed at {place}: {problem}")]
    Failed {
        /// What was asked.
        action: &'static str,
        /// Of which topic or queue.
        resource: String,
        /// Where.
        place: String,
        /// The answer.
        problem: String,
    },
    /// Everything that begins with nothing would be everything.
    #[error("topics and queues are deleted by their prefix, and REVCART_RESOURCE_PREFIX is empty")]
    NoPrefix,
}

/// What was asked, of what: to say so if it does not work.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) clients: &'a Clients,
    pub(super) action: &'static str,
    pub(super) resource: &'a str,
}

impl Asked<'_> {
    pub(super) fn failed<E, R>(self, error: SdkError<E, R>) -> OpenError
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
        R: std::fmt::Debug + 'static,
    {
        let failure = Failure::of(&error);
        let place = self.clients.whereabouts();
        let resource = self.resource.to_owned();
        let problem = failure.to_string();
        let action = self.action;
        match failure.kind() {
            Kind::Unreachable => OpenError::Unreachable { place, problem },
            Kind::Credentials => OpenError::BadCredentials { place, problem },
            Kind::Missing => OpenError::Missing { resource, place },
            Kind::Denied => OpenError::Denied { action, resource },
            Kind::Throttled | Kind::Message | Kind::Receipt | Kind::Other => OpenError::Failed {
                action,
                resource,
                place,
                problem,
            },
        }
    }
}
