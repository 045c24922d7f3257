//! The topology as a picture, in Mermaid's words.

use std::fmt::Write as _;

use super::{Queue, Service, Topic, reactions, senders, subscriptions};
use crate::topology::Filter;

/// A flowchart: services publish to topics (solid), topics feed services (solid, with what gets through), commands go
/// straight to a service (thick). The event log, which hears everything, is drawn once.
pub fn flowchart() -> String {
    let mut chart = String::from("flowchart LR\n");
    for service in Service::ALL {
        line(
            &mut chart,
            format_args!("{service}[{service}]", service = service.short()),
        );
    }
    for topic in Topic::ALL {
        let publisher = topic.publisher().short();
        line(&mut chart, format_args!("{id}(({topic}))", id = id(topic)));
        line(
            &mut chart,
            format_args!("{publisher} --> {id}", id = id(topic)),
        );
    }
    for subscription in subscriptions() {
        let (topic, consumer) = (id(subscription.topic), subscription.queue.0.short());
        match &subscription.filter {
            Filter::All => line(&mut chart, format_args!("{topic} -.-> {consumer}")),
            Filter::Types(names) => {
                let names = names.join("<br/>");
                line(
                    &mut chart,
                    format_args!("{topic} -->|\"{names}\"| {consumer}"),
                );
            }
        }
    }
    for service in Service::ALL {
        for receiver in Service::ALL {
            let names: Vec<_> = senders()
                .filter(|(sender, _, queue)| *sender == service && *queue == Queue(receiver))
                .map(|(_, command, _)| command.name)
                .collect();
            if !names.is_empty() {
                let (sender, receiver, names) =
                    (service.short(), receiver.short(), names.join("<br/>"));
                line(
                    &mut chart,
                    format_args!("{sender} ==>|\"{names}\"| {receiver}"),
                );
            }
        }
    }
    chart
}

/// Events and who reacts to them, as a Markdown table.
pub fn consumer_table() -> String {
    let mut table =
        String::from("| event | topic | consumers and what they do |\n| --- | --- | --- |\n");
    for topic in Topic::ALL {
        for event in topic.events() {
            let consumers: Vec<_> = reactions::REACTIONS
                .iter()
                .filter(|reaction| reaction.event == event.name)
                .map(|reaction| format!("{}: {}", reaction.service.short(), reaction.purpose))
                .collect();
            let consumers = consumers.join(" · ");
            // Writing to a String cannot fail.
            let _ = writeln!(
                table,
                "| {} v{} | {topic} | {consumers} |",
                event.name, event.version
            );
        }
    }
    table
}

fn id(topic: Topic) -> String {
    format!("{}_events", topic.domain().name())
}

fn line(chart: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(chart, "  {words}");
}
