//! What SNS and SQS say when they do not do what they were asked, sorted by what one does about it.

use std::fmt;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use revcart_runtime::error_chain;

use crate::bus::{BusError, PublishError};

/// A request, or an entry of a batch, that was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// What AWS calls it; nothing when there was no answer.
    pub(super) code: Option<String>,
    /// In words, one line.
    pub(super) message: String,
    /// Whether AWS says that the asker is to blame, where it says so.
    pub(super) sender: bool,
}

/// What one does about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// No answer.
    Unreachable,
    /// Too much at once: later.
    Throttled,
    /// AWS does not know us.
    Credentials,
    /// A policy forbids it.
    Denied,
    /// The topic or queue is not there.
    Missing,
    /// The message itself cannot be taken.
    Message,
    /// The receipt is not good any more.
    Receipt,
    /// None of these.
    Other,
}

impl Failure {
    pub(super) fn of<E, R>(error: &SdkError<E, R>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
        R: fmt::Debug + 'static,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let said = answer.err().meta();
                Self {
                    code: Some(said.code().unwrap_or("unknown").to_owned()),
                    message: one_line(said.message().unwrap_or("no reason given")),
                    sender: false,
                }
            }
            other => Self {
                code: None,
                message: one_line(&error_chain(other)),
                sender: false,
            },
        }
    }

    /// An entry of a batch that AWS lists as failed.
    pub(super) fn entry(code: &str, message: Option<&str>, sender: bool) -> Self {
        Self {
            code: Some(code.to_owned()),
            message: one_line(message.unwrap_or("no reason given")),
            sender,
        }
    }

    /// The bus could not even ask.
    pub(super) fn unasked(error: BusError) -> Self {
        Self {
            code: None,
            message: error.to_string(),
            sender: false,
        }
    }

    /// An entry of a batch that the answer does not mention.
    pub(super) fn unanswered() -> Self {
        Self {
            code: None,
            message: "the answer does not mention it".to_owned(),
            sender: false,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        let Some(code) = &self.code else {
            return Kind::Unreachable;
        };
        // Older protocols give the codes of SQS a prefix, some codes come with a suffix.
        let code = code.rsplit('.').next().unwrap_or(code);
        match code.strip_suffix("Exception").unwrap_or(code) {
            "Throttling"
            | "ThrottlingRequest"
            | "Throttled"
            | "RequestThrottled"
            | "TooManyRequests"
            | "RequestLimitExceeded"
            | "OverLimit"
            | "SlowDown"
            | "KmsThrottled"
            | "KMSThrottling" => Kind::Throttled,
            "InvalidClientTokenId"
            | "UnrecognizedClient"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "InvalidAccessKeyId"
            | "InvalidSecurity"
            | "InvalidSecurityToken"
            | "AuthFailure"
            | "ExpiredToken"
            | "RequestExpired"
            | "MissingAuthenticationToken"
            | "InvalidSignature" => Kind::Credentials,
            "AccessDenied" | "AuthorizationError" | "KmsAccessDenied" | "KMSAccessDenied" => {
                Kind::Denied
            }
            "QueueDoesNotExist" | "NonExistentQueue" | "NotFound" | "ResourceNotFound" => {
                Kind::Missing
            }
            "InvalidMessageContents"
            | "MessageTooLong"
            | "BatchRequestTooLong"
            | "InvalidParameter"
            | "InvalidParameterValue"
            | "InvalidAttributeValue" => Kind::Message,
            "ReceiptHandleIsInvalid" | "MessageNotInflight" => Kind::Receipt,
            _ => Kind::Other,
        }
    }

    /// What it means for a message that was to be published: `alone` says that the request had no other.
    pub(super) fn of_publish(&self, alone: bool) -> PublishError {
        let reasons = self.to_string();
        match self.kind() {
            Kind::Message if alone => PublishError::Refused(reasons),
            Kind::Receipt | Kind::Other if self.sender => PublishError::Refused(reasons),
            Kind::Unreachable
            | Kind::Throttled
            | Kind::Credentials
            | Kind::Denied
            | Kind::Missing
            | Kind::Message
            | Kind::Receipt
            | Kind::Other => PublishError::Retry(reasons),
        }
    }

    /// The request as a whole was not done.
    pub(super) fn of_request(&self, what: &str) -> BusError {
        BusError::Unavailable(format!("{what}: {self}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{code}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: &str, sender: bool) -> PublishError {
        Failure::entry(code, Some("why"), sender).of_publish(true)
    }

    #[test]
    fn an_entry_that_the_sender_is_to_blame_for_is_refused() {
        for code in ["InvalidMessageContents", "InvalidParameterValue", "Strange"] {
            let error = entry(code, true);
            assert!(matches!(error, PublishError::Refused(_)), "{code}");
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_whoever_is_to_blame() {
        let passing = [
            "ThrottlingException",
            "RequestThrottled",
            "AccessDenied",
            "AWS.SimpleQueueService.NonExistentQueue",
            "KMS.AccessDeniedException",
            "ExpiredToken",
        ];
        for code in passing {
            let error = entry(code, true);
            assert!(matches!(error, PublishError::Retry(_)), "{code}");
        }
        assert!(matches!(
            entry("InternalError", false),
            PublishError::Retry(_)
        ));
    }

    #[test]
    fn a_failure_is_one_line() {
        let failure = Failure::entry("Odd", Some("first\n  second"), false);
        assert_eq!(failure.to_string(), "Odd: first second");
    }
}
