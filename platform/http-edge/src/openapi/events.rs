//! The page at `/docs/events`: every message of the `AsyncAPI` document, who sends it, who acts on it, its fields, an example.
//! Written by hand, because it is the catalogue in a table; the document itself is at `/asyncapi.yaml`.

use std::fmt::{self, Write};

use serde_json::Value;
use shared_events::catalogue::{self, Descriptor, Purpose};
use shared_events::topology::REACTIONS;
use shared_events::{samples, schema};

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>RevCart messages</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem 1.5rem; color: #1a1c20 }
nav { columns: 14rem; margin: 1rem 0 2rem } nav a { display: block; text-decoration: none }
section { border-top: 1px solid #d5d9e0; padding: .5rem 0 1.5rem }
h2 { margin: .8rem 0 .2rem; font-size: 1.15rem } h2 small { color: #5a6270; font-weight: normal }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 } td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #eceff3 }
code, pre { font: 13px/1.4 ui-monospace, monospace } pre { background: #f5f7fa; padding: .8rem; overflow-x: auto; border-radius: 4px }
</style></head>
<body>
<h1>Messages of RevCart</h1>
<p>CloudEvents 1.0 as JSON over SNS and SQS (or the embedded broker). Events go to a topic and whoever subscribes; commands go
straight to one queue. The machine-readable form is <a href="/asyncapi.yaml">asyncapi.yaml</a>; the HTTP interface is at <a href="/docs/">/docs</a>.</p>
"#;

/// The whole page.
///
/// # Panics
/// Never: writing to a string does not fail.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("<nav>");
    for message in catalogue::current() {
        writeln!(page, r##"<a href="#{0}">{0}</a>"##, message.name)
            .expect("strings take everything");
    }
    page.push_str("</nav>\n");
    for message in catalogue::current() {
        section(&mut page, message).expect("strings take everything");
    }
    page.push_str("</body></html>\n");
    page
}

fn section(page: &mut String, message: &Descriptor) -> fmt::Result {
    let schema = schema::json_schema(message);
    let summary = schema["description"].as_str().unwrap_or_default();
    writeln!(
        page,
        r#"<section id="{0}"><h2>{0} <small>v{1} · {2}</small></h2><p>{3}</p>"#,
        message.name,
        message.version,
        purpose(message),
        Escaped(summary)
    )?;
    fields(page, &schema, message)?;
    if let Some(sample) = samples::find(message.name) {
        let envelope = samples::envelope(schema::sender(message), sample).encode_pretty();
        writeln!(
            page,
            "<details><summary>Example</summary><pre>{}</pre></details>",
            Escaped(&envelope)
        )?;
    }
    page.push_str("</section>\n");
    Ok(())
}

/// Where it goes, and what comes of it.
fn purpose(message: &Descriptor) -> String {
    let sender = schema::sender(message).name();
    match message.purpose {
        Purpose::Event(topic) => {
            let reactions = REACTIONS
                .iter()
                .filter(|reaction| reaction.event == message.name);
            let heard: Vec<_> = reactions
                .map(|reaction| {
                    format!("{}: {}", reaction.service.name(), Escaped(reaction.purpose))
                })
                .collect();
            format!(
                "event, {sender} → <code>{}</code></small><br><small>{}",
                topic.name(),
                heard.join("; ")
            )
        }
        Purpose::Command(queue, replies) => {
            format!(
                "command, {sender} → <code>{queue}</code>, answered by {}",
                replies.join(", ")
            )
        }
        Purpose::Superseded(version) => format!("only read; version {version} is written"),
    }
}

fn fields(page: &mut String, schema: &Value, message: &Descriptor) -> fmt::Result {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    page.push_str("<table><tr><th>Field</th><th>Type</th><th></th></tr>\n");
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let mut notes = field["description"].as_str().unwrap_or_default().to_owned();
        if message.secrets.contains(&name.as_str()) {
            notes.push_str(" Redacted in logs, listings and the event log.");
        }
        let optional = if required.contains(&name.as_str()) {
            ""
        } else {
            "?"
        };
        writeln!(
            page,
            "<tr><td><code>{}{optional}</code></td><td>{}</td><td>{}</td></tr>",
            Escaped(name),
            Escaped(&kind(field)),
            Escaped(&notes)
        )?;
    }
    page.push_str("</table>\n");
    Ok(())
}

/// A field's type in a word: `string (uuid)`, `Money`, `array of OrderLine`.
fn kind(field: &Value) -> String {
    let named = |reference: &Value| {
        reference
            .as_str()
            .and_then(|reference| reference.rsplit('/').next())
            .map(str::to_owned)
    };
    if let Some(name) = named(&field["$ref"]) {
        return name;
    }
    if let Some(variants) = field["anyOf"]
        .as_array()
        .or_else(|| field["allOf"].as_array())
    {
        let variants = variants.iter().filter(|variant| variant["type"] != "null");
        return variants.map(kind).collect::<Vec<_>>().join(" or ");
    }
    let words: Vec<&str> = match &field["type"] {
        Value::Array(types) => types
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| *name != "null")
            .collect(),
        name => name.as_str().into_iter().collect(),
    };
    match (words.join(" or "), field["format"].as_str()) {
        (name, _) if name == "array" => format!("array of {}", kind(&field["items"])),
        (name, Some(format)) => format!("{name} ({format})"),
        (name, None) => name,
    }
}

/// Text as text, whatever stands in it.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use shared_events::topology;

    use super::*;

    #[test]
    fn every_message_and_its_sender_stand_on_the_page() {
        let page = page();
        for message in catalogue::current() {
            assert!(
                page.contains(&format!(r#"<section id="{}">"#, message.name)),
                "{}",
                message.name
            );
        }
        for (sender, ..) in topology::senders() {
            assert!(page.contains(sender.name()));
        }
        assert!(
            page.contains("array of OrderLine") && page.contains("string (uuid)"),
            "fields have types"
        );
    }
}
