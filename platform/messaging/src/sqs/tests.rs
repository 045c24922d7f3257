//! What is made of answers that no working SQS gives on demand: throttling, batches of which a part failed, refusals.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region};
use aws_sdk_sqs::config::Credentials;
use revcart_runtime::Tasks;
use serde_json::{Value, json};
use shared_events::{Destination, MessageId, Service, Topic};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::bus::{Bus, StaleReceipt};
use crate::embedded::Faults;

const SERVICE: Service = Service::Analytics;

/// An action, and the status and body that answer it.
type Prepared = (&'static str, u16, String);

/// Answers requests: to those that were prepared, in order per action, as prepared; to others, that all went well.
#[derive(Clone, Default)]
struct Fake {
    prepared: Arc<Mutex<VecDeque<Prepared>>>,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl Fake {
    fn prepare(&self, action: &'static str, status: u16, answer: impl ToString) {
        let mut prepared = self.prepared.lock().unwrap();
        prepared.push_back((action, status, answer.to_string()));
    }

    /// The bodies of the requests for an action.
    fn asked(&self, action: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let of_this = asked.iter().filter(|(of, _)| of == action);
        of_this.map(|(_, body)| body.clone()).collect()
    }

    fn answer(&self, action: &str, body: &str) -> (u16, String) {
        let asked = (action.to_owned(), body.to_owned());
        self.asked.lock().unwrap().push(asked);
        let mut prepared = self.prepared.lock().unwrap();
        if let Some(place) = prepared.iter().position(|(of, _, _)| *of == action) {
            let (_, status, answer) = prepared.remove(place).unwrap();
            return (status, answer);
        }
        let request: Value = serde_json::from_str(body).unwrap_or_default();
        let entries = request["Entries"].as_array().cloned().unwrap_or_default();
        let good = entries
            .iter()
            .map(|entry| json!({ "Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "" }));
        let answer = match action {
            "GetQueueUrl" => {
                json!({ "QueueUrl": format!("http://fake/1/{}", request["QueueName"].as_str().unwrap()) })
            }
            "GetQueueAttributes" => {
                json!({ "Attributes": { "QueueArn": "arn:aws:sqs:eu-west-1:1:q" } })
            }
            _ => json!({ "Successful": good.collect::<Vec<_>>(), "Failed": [] }),
        };
        (200, answer.to_string())
    }

    async fn serve(self, connection: TcpStream) -> std::io::Result<()> {
        let mut connection = BufReader::new(connection);
        loop {
            let (mut action, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if connection.read_line(&mut line).await? == 0 {
                    return Ok(());
                }
                let (name, value) = line.trim().split_once(": ").unwrap_or_default();
                match name.to_ascii_lowercase().as_str() {
                    "x-amz-target" => action = value.rsplit('.').next().unwrap().to_owned(),
                    "content-length" => length = value.parse().unwrap(),
                    _ if line.trim().is_empty() => break,
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            connection.read_exact(&mut body).await?;
            let body = String::from_utf8(body).unwrap();
            if action.is_empty() {
                let action_of = |pair: &str| pair.strip_prefix("Action=").map(str::to_owned);
                action = body.split('&').find_map(action_of).unwrap();
            }
            let (status, answer) = self.answer(&action, &body);
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n",
                answer.len()
            );
            connection.write_all((head + &answer).as_bytes()).await?;
        }
    }

    async fn clients(&self, tasks: &Tasks) -> Clients {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (fake, inner) = (self.clone(), tasks.clone());
        tasks.spawn("fake", async move {
            while let Ok((connection, _)) = listener.accept().await {
                let fake = fake.clone();
                inner.spawn("connection", async move {
                    // The client goes when its test ends.
                    let _ = fake.serve(connection).await;
                });
            }
        });
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .endpoint_url(endpoint);
        Clients::of(&config.load().await, "eu-west-1".to_owned())
    }
}

async fn bus(fake: &Fake) -> (Bus, Tasks) {
    let tasks = Tasks::new(Shutdown::new());
    let clients = fake.clients(&tasks).await;
    let options = Options::new("", &[SERVICE]);
    let directory = Directory::find(&clients, &options).await.unwrap();
    (
        SqsBus::assemble(clients, directory, Faults::default()).into(),
        tasks,
    )
}

fn messages(destination: Destination, count: usize) -> Vec<OutgoingMessage> {
    let message = |number| OutgoingMessage {
        id: MessageId::new(),
        destination,
        body: format!("body {number}").into(),
        attributes: Attributes::new(),
    };
    (0..count).map(message).collect()
}

/// Messages in hand, as if they had been received.
async fn held(fake: &Fake, bus: &Bus, count: usize) -> Vec<Receipt> {
    let message = |number: usize| json!({ "MessageId": format!("id-{number}"), "ReceiptHandle": format!("handle-{number}"), "Body": "{}" });
    let all: Vec<_> = (0..count).map(message).collect();
    fake.prepare("ReceiveMessage", 200, json!({ "Messages": all }));
    let received = bus.receive(SERVICE, ReceiveOptions::default()).await;
    let received = received.unwrap().into_iter();
    received.map(|message| message.receipt).collect()
}

fn error(code: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": "so it is" })
}

fn kinds(outcomes: &[Result<(), PublishError>]) -> Vec<&'static str> {
    let kind = |outcome: &Result<(), PublishError>| match outcome {
        Ok(()) => "taken",
        Err(PublishError::Refused(_)) => "refused",
        Err(PublishError::Retry(_)) => "retry",
    };
    outcomes.iter().map(kind).collect()
}

#[tokio::test]
async fn every_entry_of_a_queue_s_batch_is_answered_for() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    let answer = json!({
        "Successful": [{ "Id": "0", "MessageId": "m", "MD5OfMessageBody": "" }],
        "Failed": [
            { "Id": "1", "SenderFault": true, "Code": "InvalidMessageContents" },
            { "Id": "2", "SenderFault": false, "Code": "InternalError", "Message": "oh" },
            { "Id": "3", "SenderFault": true, "Code": "RequestThrottled" },
        ],
    });
    fake.prepare("SendMessageBatch", 200, answer);
    let outcomes = bus.publish(&messages(Destination::Queue(SERVICE), 5)).await;
    assert_eq!(
        kinds(&outcomes),
        ["taken", "refused", "retry", "retry", "retry"],
        "the last is not mentioned at all"
    );
}

#[tokio::test]
async fn every_entry_of_a_topic_s_batch_is_answered_for() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    let answer = "<PublishBatchResponse><PublishBatchResult>\
        <Successful><member><MessageId>m</MessageId><Id>1</Id></member></Successful>\
        <Failed><member><Id>0</Id><Code>InvalidParameter</Code><SenderFault>true</SenderFault></member>\
        <member><Id>2</Id><Code>Throttled</Code><SenderFault>true</SenderFault></member></Failed>\
        </PublishBatchResult></PublishBatchResponse>";
    fake.prepare("PublishBatch", 200, answer);
    let outcomes = bus
        .publish(&messages(Destination::Topic(Topic::User), 3))
        .await;
    assert_eq!(kinds(&outcomes), ["refused", "taken", "retry"]);
}

#[tokio::test]
async fn throttling_is_waited_out_and_then_left_to_the_caller() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    for _ in 0..2 {
        fake.prepare("SendMessageBatch", 400, error("RequestThrottled"));
    }
    let one = messages(Destination::Queue(SERVICE), 1);
    assert_eq!(kinds(&bus.publish(&one).await), ["taken"]);
    assert_eq!(fake.asked("SendMessageBatch").len(), 3);
    for _ in 0..5 {
        fake.prepare("SendMessageBatch", 400, error("RequestThrottled"));
    }
    assert_eq!(kinds(&bus.publish(&one).await), ["retry"]);
}

#[tokio::test]
async fn a_batch_refused_for_what_is_in_it_is_sent_one_by_one() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    fake.prepare("SendMessageBatch", 400, error("InvalidMessageContents"));
    fake.prepare("SendMessageBatch", 400, error("InvalidMessageContents"));
    let outcomes = bus.publish(&messages(Destination::Queue(SERVICE), 3)).await;
    assert_eq!(kinds(&outcomes), ["refused", "taken", "taken"]);
    assert_eq!(fake.asked("SendMessageBatch").len(), 4);
}

#[tokio::test]
async fn a_deletion_that_failed_is_tried_again_and_a_stale_one_is_not() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    let receipts = held(&fake, &bus, 3).await;
    let answer = json!({ "Successful": [{ "Id": "0" }], "Failed": [
        { "Id": "1", "SenderFault": false, "Code": "InternalError" },
        { "Id": "2", "SenderFault": true, "Code": "ReceiptHandleIsInvalid" },
    ] });
    fake.prepare("DeleteMessageBatch", 200, answer);
    let settled = bus.delete(SERVICE, &receipts).await.unwrap();
    assert_eq!(settled, [Ok(()), Ok(()), Err(StaleReceipt)]);
    let again = &fake.asked("DeleteMessageBatch")[1];
    assert!(
        again.contains("handle-1") && !again.contains("handle-0"),
        "{again}"
    );
}

#[tokio::test]
async fn a_deletion_that_fails_again_and_again_is_an_outage() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    let receipts = held(&fake, &bus, 1).await;
    let failed = json!({ "Successful": [], "Failed": [{ "Id": "0", "SenderFault": false, "Code": "InternalError" }] });
    for _ in 0..4 {
        fake.prepare("DeleteMessageBatch", 200, &failed);
    }
    let outcome = bus.delete(SERVICE, &receipts).await;
    assert!(
        matches!(outcome, Err(BusError::Unavailable(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_message_that_does_not_reach_the_dead_letters_stays_where_it_is() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    let receipts = held(&fake, &bus, 2).await;
    let letters: Vec<_> = receipts
        .into_iter()
        .map(|receipt| (receipt, Attributes::new()))
        .collect();
    let answer = json!({
        "Successful": [{ "Id": "0", "MessageId": "m", "MD5OfMessageBody": "" }],
        "Failed": [{ "Id": "1", "SenderFault": false, "Code": "InternalError" }],
    });
    fake.prepare("SendMessageBatch", 200, answer);
    let outcome = bus.dead_letter(SERVICE, &letters).await;
    assert!(
        matches!(outcome, Err(BusError::Unavailable(_))),
        "{outcome:?}"
    );
    let deleted = fake.asked("DeleteMessageBatch");
    assert_eq!(deleted.len(), 1);
    assert!(deleted[0].contains("handle-0") && !deleted[0].contains("handle-1"));
}

#[tokio::test]
async fn a_receive_goes_on_while_requests_come_back_full() {
    let fake = Fake::default();
    let (bus, _tasks) = bus(&fake).await;
    for portion in [10, 10, 4] {
        let message = |number: usize| json!({ "MessageId": format!("{portion}-{number}"), "ReceiptHandle": "h", "Body": "{}" });
        let all: Vec<_> = (0..portion).map(message).collect();
        fake.prepare("ReceiveMessage", 200, json!({ "Messages": all }));
    }
    let options = ReceiveOptions {
        max: 128,
        ..ReceiveOptions::default()
    };
    assert_eq!(bus.receive(SERVICE, options).await.unwrap().len(), 24);
    let asked = fake.asked("ReceiveMessage");
    assert!((3..=10).contains(&asked.len()), "{}", asked.len());
}

#[tokio::test]
async fn refused_credentials_and_denied_actions_say_what_to_do() {
    for (code, expected) in [
        ("InvalidClientTokenId", "AWS_ACCESS_KEY_ID"),
        (
            "AccessDenied",
            "sqs:GetQueueUrl on queue blue-analytics-service-",
        ),
        ("QueueDoesNotExist", "revcart topology apply"),
    ] {
        let (fake, tasks) = (Fake::default(), Tasks::new(Shutdown::new()));
        fake.prepare("GetQueueUrl", 400, error(code));
        fake.prepare("GetQueueUrl", 400, error(code));
        let clients = fake.clients(&tasks).await;
        let options = Options::new("blue-", &[SERVICE]);
        let said = Directory::find(&clients, &options)
            .await
            .err()
            .unwrap()
            .to_string();
        assert!(said.contains(expected) && !said.contains('\n'), "{said}");
    }
}

#[tokio::test]
async fn nobody_at_the_endpoint_is_said_with_its_address() {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url("http://127.0.0.1:1");
    let clients = Clients::of(&config.load().await, "eu-west-1".to_owned());
    let options = Options::new("", &[SERVICE]);
    let said = Directory::find(&clients, &options)
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        said.contains("http://127.0.0.1:1") && said.contains("check AWS_ENDPOINT_URL"),
        "{said}"
    );
}
