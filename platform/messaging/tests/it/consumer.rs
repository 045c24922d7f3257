//! The consumer on SQS: receives ahead, acknowledges behind, and leaves nothing lying about.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use revcart_messaging::consumer::{Consumer, ConsumerOptions};
use revcart_messaging::sqs::{Options, topology};
use revcart_messaging::{Bus, Depth, OutgoingMessage, QueueRef, SqsBus};
use revcart_persistence::{Database, Schema, platform_migrations};
use revcart_runtime::{Clock, Shutdown};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use serde_json::json;
use shared_events::{Attributes, Destination, MessageId, Service, Timestamp, attributes};
use tempfile::TempDir;

use crate::localstack;

const SERVICE: Service = Service::Analytics;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        platform_migrations()
    }
}

impl Schema for Migrator {}

/// How often each message was handled.
type Handled = Arc<Mutex<BTreeMap<MessageId, usize>>>;

struct World {
    options: Options,
    bus: Bus,
    database: Database,
    handled: Handled,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let options = localstack::options(&[SERVICE]);
        topology::apply(&options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = revcart_persistence::Options::file(folder.path().join("consumer.db"));
        let database = Database::open(&file, Clock::system(), SERVICE).await;
        let database = database.unwrap();
        database.migrate::<Migrator>().await.unwrap();
        Self {
            bus: SqsBus::open(options.clone()).await.unwrap().into(),
            options,
            database,
            handled: Handled::default(),
            _folder: folder,
        }
    }

    /// A consumer whose handler takes so long.
    fn consumer(&self, options: ConsumerOptions, takes: Duration) -> Consumer {
        let handled = Arc::clone(&self.handled);
        Consumer::raw(
            options,
            self.database.clone(),
            self.bus.clone(),
            Clock::system(),
            move |_, messages| {
                let handled = Arc::clone(&handled);
                Box::pin(async move {
                    tokio::time::sleep(takes).await;
                    let mut handled = handled.lock().unwrap();
                    for message in messages {
                        *handled.entry(message.envelope.id).or_default() += 1;
                    }
                    Ok(())
                })
            },
        )
    }

    async fn publish(&self, count: usize) -> Vec<MessageId> {
        let messages: Vec<_> = (0..count).map(|_| message()).collect();
        let outcomes = self.bus.publish(&messages).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        messages.into_iter().map(|message| message.id).collect()
    }

    async fn depth(&self, queue: QueueRef) -> Depth {
        self.bus.depth(queue).await.unwrap()
    }

    async fn until_handled(&self, count: usize) {
        while self.handled.lock().unwrap().len() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Every message once, and nothing left in the queue.
    async fn assert_done(&self, mut sent: Vec<MessageId>) {
        sent.sort_unstable();
        let handled = self.handled.lock().unwrap().clone();
        assert!(handled.keys().copied().eq(sent), "each message is handled");
        assert!(handled.values().all(|times| *times == 1), "each once");
        assert_eq!(self.depth(SERVICE.into()).await, Depth::default());
    }

    async fn end(self) {
        self.database.close().await;
        topology::destroy(&self.options).await.unwrap();
    }
}

fn message() -> OutgoingMessage {
    let id = MessageId::new();
    let body = json!({
        "specversion": "1.0",
        "id": id,
        "source": SERVICE.source(),
        "type": "com.revcart.product.ProductViewed.v1",
        "subject": MessageId::new(),
        "time": Timestamp::from_micros(1_800_000_000_000_000),
        "datacontenttype": "application/json",
        "dataschema": "urn:revcart:schema:product.ProductViewed.v1",
        "correlationid": MessageId::new(),
        "data": { "productId": MessageId::new() },
    });
    OutgoingMessage {
        id,
        destination: Destination::Queue(SERVICE),
        body: body.to_string().into(),
        attributes: Attributes::new().with(attributes::EVENT_TYPE, "ProductViewed"),
    }
}

#[tokio::test]
async fn a_running_consumer_handles_every_message_once_and_ends_with_an_empty_queue() {
    let world = World::new().await;
    let sent = world.publish(600).await;
    let consumer = world.consumer(ConsumerOptions::default(), Duration::from_millis(20));
    let shutdown = Shutdown::new();
    let enough = async {
        world.until_handled(sent.len()).await;
        shutdown.trigger();
    };
    tokio::join!(consumer.run(&shutdown), enough);
    world.assert_done(sent).await;
    world.end().await;
}

#[tokio::test]
async fn messages_that_wait_behind_a_slow_batch_keep_their_lease() {
    let world = World::new().await;
    let sent = world.publish(60).await;
    let options = ConsumerOptions {
        batch: 20,
        visibility: Duration::from_secs(3),
        ..ConsumerOptions::default()
    };
    let consumer = world.consumer(options, Duration::from_secs(5));
    let shutdown = Shutdown::new();
    let enough = async {
        world.until_handled(sent.len()).await;
        shutdown.trigger();
    };
    tokio::join!(consumer.run(&shutdown), enough);
    world.assert_done(sent).await;
    world.end().await;
}

#[tokio::test]
async fn a_consumer_that_ends_gives_back_what_it_did_not_begin() {
    let world = World::new().await;
    let sent = world.publish(60).await;
    let options = ConsumerOptions {
        batch: 20,
        visibility: Duration::from_secs(600),
        ..ConsumerOptions::default()
    };
    let consumer = world.consumer(options, Duration::from_secs(2));
    let shutdown = Shutdown::new();
    let stop = async {
        while world.depth(SERVICE.into()).await.in_flight < 30 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        shutdown.trigger();
    };
    tokio::join!(consumer.run(&shutdown), stop);
    let handled = world.handled.lock().unwrap().len();
    let depth = world.depth(SERVICE.into()).await;
    assert!(handled < sent.len());
    assert_eq!(
        (depth.visible as usize, depth.in_flight),
        (sent.len() - handled, 0)
    );
    world.end().await;
}

#[tokio::test]
async fn what_somebody_sent_by_hand_becomes_a_dead_letter_that_says_why() {
    let world = World::new().await;
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let sqs = aws_sdk_sqs::Client::new(&config);
    let name = format!("{}{}", world.options.prefix, QueueRef::main(SERVICE));
    let url = sqs.get_queue_url().queue_name(name).send().await.unwrap();
    let request = sqs.send_message().queue_url(url.queue_url.unwrap());
    request.message_body("hello").send().await.unwrap();

    let consumer = world.consumer(ConsumerOptions::default(), Duration::ZERO);
    assert_eq!(consumer.step().await.unwrap(), 1);
    assert_eq!(world.depth(SERVICE.into()).await, Depth::default());
    let dead = world.bus.peek(QueueRef::dead_letters(SERVICE), None, 10);
    let dead = dead.await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(&*dead[0].body, "hello");
    assert_eq!(
        dead[0].attributes.get(attributes::DLQ_ERROR_CLASS),
        Some("undecodable")
    );
    assert!(dead[0].dead_since.is_some());
    world.end().await;
}
