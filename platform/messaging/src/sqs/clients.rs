//! Connections to SNS and SQS: region, credentials, endpoint, time limits, retries.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_sqs::config::ProvideCredentials;
use revcart_runtime::error_chain;

use super::open_error::OpenError;

/// The longest that SQS lets a receive wait.
pub(super) const LONGEST_POLL: Duration = Duration::from_secs(20);

const CONNECT: Duration = Duration::from_secs(3);
/// One request, answered or not.
const ATTEMPT: Duration = Duration::from_secs(10);
/// A request with all its repetitions.
const OPERATION: Duration = Duration::from_secs(30);
/// Tries of one request: the first and four more, with growing pauses. Throttling is what needs them.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One client for each way of asking; they share connections.
pub(super) struct Clients {
    pub(super) sns: aws_sdk_sns::Client,
    pub(super) sqs: aws_sdk_sqs::Client,
    /// For receives, which may take as long as they are allowed to wait.
    pub(super) polling: aws_sdk_sqs::Client,
    region: String,
    endpoint: Option<String>,
}

impl Clients {
    /// As the environment says; nothing is sent yet but what it takes to have credentials.
    pub(super) async fn connect() -> Result<Self, OpenError> {
        let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
        let credentials = config
            .credentials_provider()
            .ok_or_else(|| OpenError::NoCredentials("none are configured".to_owned()))?;
        let region = config.region().ok_or(OpenError::NoRegion)?.to_string();
        if let Err(error) = credentials.provide_credentials().await {
            return Err(OpenError::NoCredentials(error_chain(&error)));
        }
        Ok(Self::of(&config, region))
    }

    pub(super) fn of(config: &SdkConfig, region: String) -> Self {
        let polling = limits(LONGEST_POLL + ATTEMPT, LONGEST_POLL + OPERATION);
        let prompt = limits(ATTEMPT, OPERATION);
        let sqs = |limits: TimeoutConfig| {
            let config = aws_sdk_sqs::config::Builder::from(config);
            let config = config.timeout_config(limits).retry_config(retries());
            aws_sdk_sqs::Client::from_conf(config.build())
        };
        let sns = aws_sdk_sns::config::Builder::from(config)
            .timeout_config(prompt.clone())
            .retry_config(retries());
        Self {
            sns: aws_sdk_sns::Client::from_conf(sns.build()),
            sqs: sqs(prompt),
            polling: sqs(polling),
            region,
            endpoint: config.endpoint_url().map(str::to_owned),
        }
    }

    /// Where requests go, for people.
    pub(super) fn whereabouts(&self) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{endpoint} (AWS_ENDPOINT_URL)"),
            None => format!("AWS in {} (AWS_REGION)", self.region),
        }
    }
}

fn limits(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .read_timeout(attempt)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}
