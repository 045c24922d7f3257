//! Prints what the embedded broker does per second on this machine: `cargo run --release -p revcart-messaging --example rates`.
//!
//! A directory may be given; without one a temporary directory is used. Every rate is of a broker of its own, durable
//! (`synchronous=FULL`), with messages of 1 KiB.

use std::path::Path;
use std::time::{Duration, Instant};

use revcart_messaging::embedded::{EmbeddedBus, Options};
use revcart_messaging::{Bus, OutgoingMessage, ReceiveOptions};
use revcart_runtime::Clock;
use shared_events::{Attributes, Destination, MessageId, Service, Topic, attributes};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const SERVICE: Service = Service::Payment;
const BATCH: usize = 50;
const MESSAGES: usize = 100_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let temporary = tempfile::tempdir()?;
    let given = std::env::args().nth(1);
    let home = given.as_deref().map_or(temporary.path(), Path::new);
    let command = sample(Destination::Queue(SERVICE), "RequestPayment");
    let event = sample(Destination::Topic(Topic::Order), "OrderConfirmed");

    let bus = open(&home.join("one.db")).await?;
    report(
        "publish, 50 at once, 4 publishers, one queue",
        publish(&bus, &command, MESSAGES, 4).await,
    );
    report(
        "receive and delete, 50 at once, 1 consumer",
        consume(&bus, MESSAGES, 1).await?,
    );
    let both = tokio::join!(
        publish(&bus, &command, MESSAGES, 4),
        consume(&bus, MESSAGES, 1)
    );
    report("both at the same time: published", both.0);
    report("both at the same time: received and deleted", both.1?);
    bus.close().await;

    let bus = open(&home.join("many.db")).await?;
    report(
        "publish, 50 at once, 4 publishers, an event for 4 queues",
        publish(&bus, &event, MESSAGES, 4).await,
    );
    bus.close().await;

    let bus = open(&home.join("single.db")).await?;
    latencies(&bus, &command).await?;
    bus.close().await;
    backlog(&home.join("backlog.db"), &command).await
}

async fn open(path: &Path) -> Outcome<Bus> {
    Ok(EmbeddedBus::open(Options::file(path), Clock::system())
        .await?
        .into())
}

/// Publishes `count` messages from several hands; messages per second.
async fn publish(bus: &Bus, sample: &OutgoingMessage, count: usize, publishers: usize) -> f64 {
    let started = Instant::now();
    let publisher = async || {
        for _ in 0..count / publishers / BATCH {
            let batch: Vec<_> = (0..BATCH)
                .map(|_| OutgoingMessage {
                    id: MessageId::new(),
                    ..sample.clone()
                })
                .collect();
            assert!(bus.publish(&batch).await.iter().all(Result::is_ok));
        }
    };
    futures::future::join_all((0..publishers).map(|_| publisher())).await;
    count as f64 / started.elapsed().as_secs_f64()
}

/// Receives and deletes `count` messages; messages per second.
async fn consume(bus: &Bus, count: usize, consumers: usize) -> Outcome<f64> {
    let started = Instant::now();
    let consumer = async || -> Outcome<()> {
        let mut left = count / consumers;
        while left > 0 {
            let options = ReceiveOptions {
                max: BATCH.min(left),
                wait: Duration::from_secs(5),
                visibility: Duration::from_secs(30),
            };
            let received = bus.receive(SERVICE, options).await?;
            let receipts: Vec<_> = received
                .iter()
                .map(|message| message.receipt.clone())
                .collect();
            bus.delete(SERVICE, &receipts).await?;
            left -= received.len();
        }
        Ok(())
    };
    let done = futures::future::join_all((0..consumers).map(|_| consumer())).await;
    done.into_iter().collect::<Outcome<Vec<()>>>()?;
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

/// One message at a time, from publish to durable, and on to its receiver.
async fn latencies(bus: &Bus, sample: &OutgoingMessage) -> Outcome<()> {
    let (mut durable, mut received) = (Vec::new(), Vec::new());
    for _ in 0..2000 {
        let started = Instant::now();
        let message = OutgoingMessage {
            id: MessageId::new(),
            ..sample.clone()
        };
        assert!(bus.publish(&[message]).await.iter().all(Result::is_ok));
        durable.push(started.elapsed());
        let in_hand = bus
            .receive(
                SERVICE,
                ReceiveOptions {
                    wait: Duration::from_secs(5),
                    ..ReceiveOptions::default()
                },
            )
            .await?;
        received.push(started.elapsed());
        bus.delete(SERVICE, &[in_hand[0].receipt.clone()]).await?;
    }
    for (what, mut times) in [
        ("publish one, until durable", durable),
        ("publish one, until received", received),
    ] {
        times.sort_unstable();
        let at = |share: f64| times[(times.len() as f64 * share) as usize].as_micros();
        println!("{what:<60} p50 {:>6} µs   p99 {:>6} µs", at(0.5), at(0.99));
    }
    Ok(())
}

/// What a long backlog costs in memory, and how long it takes to open it.
async fn backlog(path: &Path, sample: &OutgoingMessage) -> Outcome<()> {
    let bus = open(path).await?;
    let before = resident();
    publish(&bus, sample, 10 * MESSAGES, 4).await;
    println!(
        "{:<60} {:>8} KiB more in memory",
        "a backlog of 1,000,000 messages",
        resident().saturating_sub(before)
    );
    bus.close().await;
    let started = Instant::now();
    let bus = open(path).await?;
    println!(
        "{:<60} {:>8} ms",
        "opening it again",
        started.elapsed().as_millis()
    );
    report(
        "receive and delete out of it",
        consume(&bus, MESSAGES, 1).await?,
    );
    bus.close().await;
    Ok(())
}

fn sample(destination: Destination, event_type: &'static str) -> OutgoingMessage {
    OutgoingMessage {
        id: MessageId::new(),
        destination,
        body: "x".repeat(1024).into(),
        attributes: Attributes::new()
            .with(attributes::EVENT_TYPE, event_type)
            .with(attributes::EVENT_VERSION, "1")
            .with(attributes::CORRELATION_ID, MessageId::new().to_string())
            .with(
                attributes::TRACEPARENT,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ),
    }
}

/// KiB of this process in memory, where Linux tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or(0)
}

fn report(what: &str, rate: f64) {
    println!("{what:<60} {rate:>8.0} /s");
}
