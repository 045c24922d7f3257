//! `revcart doctor`: looks at every backend that is configured, says what is wrong and how to mend it. What it says of one
//! is what the service that needs it would say when it is started.

use std::process::ExitCode;
use std::time::Duration;

use comfy_table::Table;
use revcart_http_edge::Shared;
use revcart_http_edge::auth::keyring::{self, SERVICE_KEY, SERVICE_TRUST};
use revcart_http_edge::client::addresses::{self, Addresses};
use revcart_http_edge::shared::REDIS_URL;
use revcart_messaging::EmbeddedBus;
use revcart_persistence::Durability;
use revcart_runtime::config::Origin;
use revcart_runtime::{Clock, Environment};
use serde_json::json;
use shared_events::Service;

use crate::assembly::{self, Backends, Carrier};
use crate::cli::Data;

/// How long another service may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(3);

struct Finding {
    what: String,
    problem: Option<String>,
}

impl Finding {
    fn of(what: impl Into<String>, checked: Result<(), impl std::fmt::Display>) -> Self {
        Self {
            what: what.into(),
            problem: checked.err().map(|problem| format!("{problem:#}")),
        }
    }
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
    let env = Environment::from_process();
    let mut findings = vec![Finding::of("settings", unknown_settings(&env))];
    let backends = Backends::from_env(env.clone(), options.dir.clone(), Durability::Full);
    let backends = match backends {
        Ok(backends) => backends,
        Err(error) => {
            findings.push(Finding::of("bus", Err(error)));
            return findings;
        }
    };
    if backends.needs_folder(&Service::ALL) {
        let folder = folder(options);
        let is_there = options.dir.is_dir();
        findings.push(Finding::of("data folder", folder));
        if !is_there && backends.is_all_embedded(&Service::ALL) {
            return findings;
        }
    }
    findings.push(bus(&backends).await);
    for (service, checked) in assembly::check_schemas(&backends).await {
        findings.push(Finding::of(
            format!("{} database", service.short()),
            checked,
        ));
    }
    if is_set(&env, &REDIS_URL) {
        let opened = Shared::from_env(&env).await.map(drop);
        findings.push(Finding::of("redis", opened.map_err(anyhow::Error::from)));
    }
    if is_set(&env, &SERVICE_KEY) || is_set(&env, &SERVICE_TRUST) {
        findings.push(Finding::of("service key", keyring::owner(&env).map(drop)));
    }
    findings.extend(peers(&env, backends.carrier).await);
    findings
}

fn is_set(env: &Environment, setting: &revcart_runtime::Setting) -> bool {
    matches!(env.shown(setting).origin, Origin::Set | Origin::File)
}

fn unknown_settings(env: &Environment) -> Result<(), String> {
    let unknown = assembly::unknown_settings(env);
    if unknown.is_empty() {
        return Ok(());
    }
    Err(format!(
        "nobody reads {}: see `revcart config` for the names",
        unknown.join(", ")
    ))
}

fn folder(options: &Data) -> Result<(), String> {
    let dir = options.dir.display();
    if !options.dir.is_dir() {
        return Err(format!(
            "there is no folder {dir}: start `revcart up` once, or name it with --data"
        ));
    }
    let probe = options.dir.join(".doctor");
    std::fs::write(&probe, b"ok")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| format!("{dir} cannot be written: {error}"))
}

async fn bus(backends: &Backends) -> Finding {
    match backends.carrier {
        Carrier::Embedded => {
            let opened = EmbeddedBus::inspect(backends.broker_file(), Clock::system()).map(drop);
            let opened = opened.map_err(|error| format!("{error}: start `revcart up` once"));
            Finding::of("embedded broker", opened)
        }
        Carrier::Sqs => {
            let opened = backends.sqs(&Service::ALL).await;
            Finding::of("SNS and SQS", opened.map(drop))
        }
    }
}

/// The services as processes of their own, where there are such: on a shared bus, or when somebody says where they are.
async fn peers(env: &Environment, carrier: Carrier) -> Vec<Finding> {
    let mut findings = Vec::new();
    let addresses = match Addresses::from_env(env) {
        Ok(addresses) => addresses,
        Err(error) => return vec![Finding::of("addresses of services", Err(error))],
    };
    for service in Service::ALL {
        let setting = addresses::setting(service);
        if carrier == Carrier::Embedded && !is_set(env, setting) {
            continue;
        }
        for url in addresses.urls(service) {
            let answer = answer_of(&url).await;
            let answer = answer.map_err(|problem| {
                format!(
                    "{problem}: start `revcart serve {}`, or correct {}",
                    service.short(),
                    setting.name
                )
            });
            findings.push(Finding::of(format!("{} at {url}", service.name()), answer));
        }
    }
    findings
}

async fn answer_of(url: &str) -> Result<(), String> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|error| error.to_string())?;
    let asked = client
        .get(format!("{url}/actuator/health/readiness"))
        .send();
    match asked.await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("it answers {} and is not ready", answer.status())),
        Err(error) if error.is_timeout() => Err("it does not answer in time".to_owned()),
        Err(_) => Err("nobody answers there".to_owned()),
    }
}
