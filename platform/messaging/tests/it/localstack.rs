//! SNS and SQS for tests: what `AWS_ENDPOINT_URL` names, with names of its own for every test.

use revcart_messaging::sqs::Options;
use revcart_runtime::{Environment, Setting};
use shared_events::{MessageId, Service};

const ENDPOINT: Setting = Setting {
    name: "AWS_ENDPOINT_URL",
    default: None,
    meaning: "where SNS and SQS for tests are",
    secret: false,
};

/// Options with a prefix that nobody else has.
///
/// # Panics
/// Without a stack to test with: these tests never reach for the real AWS.
pub(crate) fn options(services: &[Service]) -> Options {
    let endpoint = Environment::from_process()
        .optional_text(&ENDPOINT)
        .unwrap();
    assert!(
        endpoint.is_some(),
        "AWS_ENDPOINT_URL is not set: run `localstack/stack up` and `eval \"$(localstack/stack env)\"`"
    );
    let unique = MessageId::new().as_uuid().simple().to_string();
    Options::new(format!("t{}-", &unique[12..]), services)
}
