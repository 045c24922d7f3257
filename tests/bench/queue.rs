//! What the consumer does per second on SQS, beside a bare loop of receive and delete on the same queue.
//!
//! The bare loop does nothing with its messages; the consumer reads them, claims them in the inbox of an SQLite file and hands
//! them to a handler. Both have the same number of messages of 1 KiB, in turn. The queue is made for it and deleted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry;
use revcart_messaging::consumer::{Consumer, ConsumerOptions};
use revcart_messaging::sqs::{Options, topology};
use revcart_messaging::{Bus, OutgoingMessage, QueueRef, SqsBus};
use revcart_persistence::{Database, Schema, platform_migrations};
use revcart_runtime::{Clock, Shutdown};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use serde_json::json;
use shared_events::{Attributes, Destination, MessageId, Service, Timestamp, attributes};

use crate::figures::Queue;

/// Messages of one measurement.
const MESSAGES: usize = 10_000;
/// How often each side has its turn; the median counts.
const ROUNDS: usize = 3;

const SERVICE: Service = Service::Analytics;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        platform_migrations()
    }
}

impl Schema for Migrator {}

pub(crate) async fn measure() -> anyhow::Result<Queue> {
    let unique = MessageId::new().as_uuid().simple().to_string();
    let options = Options::new(format!("rates-{}-", &unique[20..]), &[SERVICE]);
    topology::apply(&options).await?;
    let measured = rounds(&options).await;
    topology::destroy(&options).await?;
    measured
}

async fn rounds(options: &Options) -> anyhow::Result<Queue> {
    let bus: Bus = SqsBus::open(options.clone()).await?.into();
    let queue = format!("{}{}", options.prefix, QueueRef::main(SERVICE));
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        publish(&bus, MESSAGES).await?;
        bare.push(bare_loop(&queue, MESSAGES).await?);
        publish(&bus, MESSAGES).await?;
        ours.push(consumer(&bus, MESSAGES).await?);
    }
    let (bare_loop, consumer) = (median(bare), median(ours));
    Ok(Queue {
        bare_loop,
        consumer,
        ratio: consumer / bare_loop,
    })
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

async fn publish(bus: &Bus, count: usize) -> anyhow::Result<()> {
    let messages: Vec<_> = (0..count).map(|_| message()).collect();
    for outcome in bus.publish(&messages).await {
        outcome?;
    }
    Ok(())
}

/// What an event log keeps, known or not.
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
        "data": { "productId": MessageId::new(), "sessionId": "x".repeat(550) },
    });
    OutgoingMessage {
        id,
        destination: Destination::Queue(SERVICE),
        body: body.to_string().into(),
        attributes: Attributes::new().with(attributes::EVENT_TYPE, "ProductViewed"),
    }
}

async fn bare_loop(queue: &str, count: usize) -> anyhow::Result<f64> {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let sqs = aws_sdk_sqs::Client::new(&config);
    let url = sqs.get_queue_url().queue_name(queue).send().await?;
    let url = url.queue_url.unwrap_or_default();
    let started = Instant::now();
    let mut left = count;
    while left > 0 {
        let request = sqs.receive_message().queue_url(&url);
        let request = request.max_number_of_messages(10).wait_time_seconds(5);
        let messages = request.send().await?.messages.unwrap_or_default();
        if messages.is_empty() {
            continue;
        }
        let entries = messages.iter().enumerate().map(|(number, message)| {
            DeleteMessageBatchRequestEntry::builder()
                .id(number.to_string())
                .receipt_handle(message.receipt_handle.clone().unwrap_or_default())
                .build()
        });
        let entries = entries.collect::<Result<_, _>>()?;
        let request = sqs.delete_message_batch().queue_url(&url);
        request.set_entries(Some(entries)).send().await?;
        left = left.saturating_sub(messages.len());
    }
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

async fn consumer(bus: &Bus, count: usize) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let options = revcart_persistence::Options::file(folder.path().join("rates.db"));
    let database = Database::open(&options, Clock::system(), SERVICE).await?;
    database.migrate::<Migrator>().await?;
    let handled = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&handled);
    let consumer = Consumer::raw(
        ConsumerOptions::default(),
        database,
        bus.clone(),
        Clock::system(),
        move |_, messages| {
            counted.fetch_add(messages.len(), Ordering::Relaxed);
            Box::pin(async { Ok(()) })
        },
    );
    let shutdown = Shutdown::new();
    let started = Instant::now();
    let emptied = async {
        while handled.load(Ordering::Relaxed) < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Until the last are acknowledged too.
        while !bus.depth(SERVICE).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        shutdown.trigger();
        Ok::<_, revcart_messaging::BusError>(())
    };
    let ((), emptied) = tokio::join!(consumer.run(&shutdown), emptied);
    emptied?;
    Ok(count as f64 / started.elapsed().as_secs_f64())
}
