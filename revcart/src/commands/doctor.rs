//! `revcart doctor`: looks at every backend that is configured, says what is wrong and how to mend it.

use std::process::ExitCode;

use comfy_table::Table;
use revcart_messaging::EmbeddedBus;
use revcart_persistence::Durability;
use revcart_runtime::{Clock, Environment};
use serde_json::json;

use crate::assembly::{self, Stored, broker_file};
use crate::cli::Data;

struct Finding {
    what: String,
    problem: Option<String>,
}

pub(super) async fn run(options: Data) -> anyhow::Result<ExitCode> {
    let findings = examine(&options).await;
    let healthy = findings.iter().all(|finding| finding.problem.is_none());
    if options.json {
        let rows: Vec<_> = findings.iter().map(|finding| json!({"what": finding.what, "ok": finding.problem.is_none(), "problem": finding.problem})).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        let mut table = Table::new();
        table.set_header(["checked", "found"]);
        for finding in &findings {
            table.add_row([
                finding.what.as_str(),
                finding.problem.as_deref().unwrap_or("ok"),
            ]);
        }
        println!("{table}");
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn examine(options: &Data) -> Vec<Finding> {
    let mut findings = vec![settings()];
    if !options.dir.is_dir() {
        let problem = format!(
            "there is no folder {}: start `revcart up` once, or name it with --data",
            options.dir.display()
        );
        findings.push(Finding {
            what: "data folder".to_owned(),
            problem: Some(problem),
        });
        return findings;
    }
    findings.push(folder(options));
    let broker = EmbeddedBus::inspect(broker_file(&options.dir), Clock::system());
    findings.push(Finding {
        what: "embedded broker".to_owned(),
        problem: broker
            .err()
            .map(|error| format!("{error}: start `revcart up` once")),
    });
    let stored = Stored {
        dir: options.dir.clone(),
        durability: Durability::Full,
    };
    for (service, checked) in assembly::check_schemas(&stored).await {
        findings.push(Finding {
            what: format!("{} database", service.short()),
            problem: checked.err().map(|error| format!("{error:#}")),
        });
    }
    findings
}

fn settings() -> Finding {
    let env = Environment::from_process();
    let settings = assembly::settings();
    let unknown = env.unknown(settings.iter().map(|(_, setting)| *setting));
    let problem = (!unknown.is_empty()).then(|| {
        format!(
            "nobody reads {}: see `revcart config` for the names",
            unknown.join(", ")
        )
    });
    Finding {
        what: "settings".to_owned(),
        problem,
    }
}

fn folder(options: &Data) -> Finding {
    let probe = options.dir.join(".doctor");
    let written = std::fs::write(&probe, b"ok").and_then(|()| std::fs::remove_file(&probe));
    let problem = written
        .err()
        .map(|error| format!("{} cannot be written: {error}", options.dir.display()));
    Finding {
        what: "data folder".to_owned(),
        problem,
    }
}
