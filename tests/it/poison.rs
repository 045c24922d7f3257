//! Malformed messages in every queue: each ends among that queue's dead letters with a reason, and the service goes on.

use std::path::Path;

use revcart_messaging::bus::{Bus, OutgoingMessage};
use revcart_messaging::{EmbeddedBus, embedded};
use revcart_runtime::Clock;
use revcart_tests::customer::NEAR;
use revcart_tests::{Customer, System};
use serde_json::{Value, json};
use shared_events::attributes::{DLQ_ERROR_CLASS, DLQ_REASON};
use shared_events::{Attributes, Destination, MessageId, Service, topology};

use crate::golden::golden;

/// What no consumer can read, whatever it listens to.
fn unreadable() -> Vec<String> {
    let envelope = golden("order.OrderPlaced.v2");
    let without = |name: &str| {
        let mut envelope = envelope.clone();
        let members = envelope.as_object_mut();
        members.expect("an envelope is an object").remove(name);
        envelope.to_string()
    };
    let mut bodies = vec![
        " ".to_owned(),
        "{".to_owned(),
        "not json at all".to_owned(),
        "[]".to_owned(),
        "7".to_owned(),
        json!({"specversion": "1.0"}).to_string(),
        with(&envelope, "specversion", json!("0.3")),
        with(&envelope, "id", json!("not an id")),
        with(&envelope, "time", json!("yesterday")),
        "[".repeat(50_000),
    ];
    bodies.extend(["id", "source", "type", "time", "data"].map(without));
    bodies
}

fn with(envelope: &Value, name: &str, value: Value) -> String {
    let mut envelope = envelope.clone();
    envelope["id"] = json!(MessageId::new());
    envelope[name] = value;
    envelope.to_string()
}

/// What this service cannot read of what it listens to, and what nobody knows.
fn malformed(service: Service) -> Vec<String> {
    let mut bodies = unreadable();
    if service == Service::Analytics {
        // It keeps everything, also what it does not know, and reads only what it counts.
        let counted = golden("order.OrderPlaced.v2");
        bodies.extend([
            with(&counted, "data", json!({})),
            with(&counted, "data", json!(7)),
        ]);
        return bodies;
    }
    for message in topology::received_by(service) {
        let envelope = golden(message.id);
        let of_the_future = format!("{}9", message.wire_type);
        bodies.push(with(&envelope, "data", json!({})));
        bodies.push(with(&envelope, "data", json!([1, 2])));
        bodies.push(with(&envelope, "type", json!(of_the_future)));
        bodies.push(with(&envelope, "type", json!("com.example.Nothing.v1")));
        bodies.push(with(&envelope, "source", json!("/somebody/else")));
    }
    bodies
}

/// Puts these into the queues of a system that does not run.
async fn put(data: &Path, messages: Vec<(Service, String)>) -> anyhow::Result<()> {
    let options = embedded::Options::file(data.join("broker.db"));
    let bus = Bus::from(EmbeddedBus::open(options, Clock::system()).await?);
    let outgoing = messages.into_iter().map(|(service, body)| OutgoingMessage {
        id: MessageId::new(),
        destination: Destination::Queue(service),
        body: body.into(),
        attributes: Attributes::default(),
    });
    let outgoing: Vec<_> = outgoing.collect();
    for outcome in bus.publish(&outgoing).await {
        outcome?;
    }
    bus.close().await;
    Ok(())
}

/// The dead letters of a service's queue: their bodies, classes and reasons.
fn dead_letters(data: &Path, service: Service) -> anyhow::Result<Vec<(String, String, String)>> {
    let inspector = EmbeddedBus::inspect(data.join("broker.db"), Clock::system())?;
    let queue = revcart_messaging::bus::QueueRef::dead_letters(service);
    let letters = inspector.peek(queue, None, 10_000)?;
    let told = |letter: &revcart_messaging::bus::Peeked, name| {
        letter.attributes.get(name).unwrap_or_default().to_owned()
    };
    let facts = letters.iter().map(|letter| {
        (
            letter.body.to_string(),
            told(letter, DLQ_ERROR_CLASS),
            told(letter, DLQ_REASON),
        )
    });
    Ok(facts.collect())
}

#[tokio::test]
async fn every_malformed_message_becomes_a_dead_letter_with_a_reason_and_orders_go_on()
-> anyhow::Result<()> {
    let mut system = System::start(&[]).await?;
    system.stop().await?;
    let poison: Vec<(Service, Vec<String>)> = Service::ALL
        .iter()
        .map(|service| (*service, malformed(*service)))
        .collect();
    let each = poison
        .iter()
        .flat_map(|(service, bodies)| bodies.iter().map(|body| (*service, body.clone())));
    put(system.data(), each.collect()).await?;
    system.restart().await?;

    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, 10).await?;
    let customer = Customer::sign_up(&shop, NEAR).await?;
    assert_eq!(customer.buy(&product, 1).await?["status"], "CONFIRMED");

    system.audit().await?.is_clean_over(1);
    for (service, bodies) in &poison {
        let mut wanted = bodies.clone();
        let letters = dead_letters(system.data(), *service)?;
        let mut found: Vec<_> = letters.iter().map(|(body, ..)| body.clone()).collect();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted, "{}", service.name());
        for (body, class, reason) in &letters {
            assert!(
                ["undecodable", "permanent"].contains(&class.as_str()),
                "{class}: {body}"
            );
            assert!(!reason.is_empty(), "no reason for {body}");
        }
    }
    listed(&system, &poison).await
}

/// `revcart dlq ls` tells of as many.
async fn listed(system: &System, poison: &[(Service, Vec<String>)]) -> anyhow::Result<()> {
    let listed = system.command(&["dlq", "ls", "--json"]).await?.json()?;
    let groups = listed.as_array().expect("it is a list of groups");
    for (service, bodies) in poison {
        let of_service = groups
            .iter()
            .filter(|group| group["service"] == service.name());
        let count: u64 = of_service.filter_map(|group| group["count"].as_u64()).sum();
        assert_eq!(count, bodies.len() as u64, "{}: {listed:#}", service.name());
    }
    let example = groups.first().expect("there are some")["example"].as_str();
    let example = example.expect("it has an id");
    let shown = system.command(&["dlq", "show", example]).await?.good();
    assert!(shown.contains(DLQ_REASON), "{shown}");
    Ok(())
}
