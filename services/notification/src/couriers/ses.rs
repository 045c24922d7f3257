//! Mails by Amazon SES: the whole mail as it travels, so that nothing of it depends on the way it goes.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_ses::Client;
use aws_sdk_ses::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ses::operation::send_raw_email::SendRawEmailError;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::RawMessage;
use lettre::message::Mailbox;

use super::{Letter, Outcome, mime};

/// Mails that are on their way at the same time.
pub(super) const AT_ONCE: usize = 8;
/// One request with all its repetitions.
const OPERATION: Duration = Duration::from_secs(12);
/// One request.
const ATTEMPT: Duration = Duration::from_secs(8);
const CONNECT: Duration = Duration::from_secs(3);

/// An account at SES. Region, endpoint and credentials are AWS's own settings.
pub(super) struct Ses {
    client: Client,
    from: Mailbox,
}

impl Ses {
    /// Reaches for nothing yet but what it takes to have credentials.
    pub(super) async fn open(from: Mailbox) -> Self {
        let limits = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(OPERATION)
            .build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(limits)
            // The executor tries again, with longer pauses.
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .load()
            .await;
        Self {
            client: Client::new(&config),
            from,
        }
    }

    pub(super) async fn send(&self, letter: Letter) -> Outcome {
        let message = match mime::message(&self.from, &letter) {
            Ok(message) => Blob::new(message.formatted()),
            Err(outcome) => return outcome,
        };
        let raw = match RawMessage::builder().data(message).build() {
            Ok(raw) => raw,
            Err(error) => return Outcome::Failed(error.to_string()),
        };
        let sent = self
            .client
            .send_raw_email()
            .source(self.from.email.to_string())
            .destinations(&letter.dispatch.to)
            .raw_message(raw)
            .send()
            .await;
        match sent {
            Ok(_) => Outcome::Sent,
            Err(error) => refusal(&error),
        }
    }
}

/// An address that SES cannot read is none. What else it refuses is about us: a sender it does not know, a limit, an account
/// that is closed. (Who does not exist is told later, in the notifications of SES.)
fn refusal(error: &SdkError<SendRawEmailError>) -> Outcome {
    let why = revcart_runtime::error_chain(error);
    if error.code() == Some("InvalidParameterValue") {
        Outcome::Bounced(why)
    } else {
        Outcome::Failed(why)
    }
}
