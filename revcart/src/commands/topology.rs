//! `revcart topology`: what publishes, what consumes, as declared in `shared-events`; making it at SNS and SQS, and comparing
//! what is there with it.

use std::process::ExitCode;

use comfy_table::{ContentArrangement, Table};
use revcart_messaging::sqs;
use revcart_runtime::Environment;
use serde_json::json;
use shared_events::schema::asyncapi;
use shared_events::topology::{self, mermaid, terraform};
use shared_events::{Queue, Service, Topic};

use crate::cli::{Topology, TopologyAction, TopologyFormat};
use crate::output;

pub(super) async fn run(options: &Topology) -> anyhow::Result<ExitCode> {
    match options.action {
        Some(TopologyAction::Apply) => return apply().await,
        Some(TopologyAction::Diff) => return diff().await,
        None => {}
    }
    match options.format {
        TopologyFormat::Table => println!("{}", table()),
        TopologyFormat::Terraform => println!("{}", terraform::tfvars_json()),
        TopologyFormat::Json => println!("{}", serde_json::to_string_pretty(&document())?),
        TopologyFormat::Mermaid => println!("{}", mermaid::flowchart()),
        TopologyFormat::Asyncapi => println!("{}", asyncapi::yaml()),
    }
    Ok(ExitCode::SUCCESS)
}

async fn apply() -> anyhow::Result<ExitCode> {
    let report = sqs::topology::apply(&resources()?).await?;
    output::line(report)?;
    Ok(ExitCode::SUCCESS)
}

async fn diff() -> anyhow::Result<ExitCode> {
    let differences = sqs::topology::diff(&resources()?).await?;
    for difference in &differences {
        output::line(difference)?;
    }
    if differences.is_empty() {
        output::line("everything is as declared")?;
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn resources() -> anyhow::Result<sqs::Options> {
    let env = Environment::from_process();
    Ok(sqs::Options::from_env(&env, &Service::ALL)?)
}

fn table() -> Table {
    let mut table = Table::new();
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["queue", "dead letters", "subscribes to", "takes"]);
    for service in Service::ALL {
        let queue = Queue(service);
        let mut topics: Vec<_> = topology::subscriptions()
            .iter()
            .filter(|subscription| subscription.queue == queue)
            .map(|subscription| subscription.topic.name())
            .collect();
        topics.sort_unstable();
        let mut takes: Vec<_> = topology::received_by(service)
            .map(|message| message.name)
            .collect();
        takes.sort_unstable();
        takes.dedup();
        table.add_row([
            queue.name().to_owned(),
            queue.dead_letter_name().to_owned(),
            topics.join("\n"),
            takes.join(", "),
        ]);
    }
    table
}

fn document() -> serde_json::Value {
    let topics: Vec<_> = Topic::ALL
        .iter()
        .map(|topic| json!({"name": topic.name(), "events": topic.events().map(|event| event.id).collect::<Vec<_>>()}))
        .collect();
    let queues: Vec<_> = Service::ALL
        .iter()
        .map(|service| {
            let queue = Queue(*service);
            json!({
                "name": queue.name(), "deadLetters": queue.dead_letter_name(), "maxReceiveCount": topology::MAX_RECEIVE_COUNT,
                "commands": queue.commands().map(|command| command.id).collect::<Vec<_>>(),
                "receives": topology::received_by(*service).map(|message| message.id).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({"topics": topics, "queues": queues})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_queue_and_topic_is_in_every_format() {
        let json = document().to_string();
        let formats = [
            table().to_string(),
            json,
            terraform::tfvars_json(),
            asyncapi::yaml(),
        ];
        for text in formats {
            for queue in Service::ALL.map(Queue) {
                assert!(text.contains(queue.name()), "{queue} is missing in\n{text}");
            }
            assert!(text.contains("OrderPlaced"), "{text}");
        }
        let graph = mermaid::flowchart();
        for topic in Topic::ALL {
            assert!(
                graph.contains(topic.name()),
                "{topic} is missing in\n{graph}"
            );
        }
    }

    #[test]
    fn the_document_says_what_each_queue_receives() {
        let document = document();
        let queues = document["queues"].as_array().unwrap();
        assert_eq!(queues.len(), Service::ALL.len());
        let payment = queues
            .iter()
            .find(|queue| queue["name"] == "payment-service-queue");
        let commands = payment.unwrap()["commands"].as_array().unwrap();
        assert!(
            commands.contains(&json!("payment.RequestPayment.v1")),
            "{commands:?}"
        );
        assert_eq!(
            document["topics"].as_array().unwrap().len(),
            Topic::ALL.len()
        );
    }
}
