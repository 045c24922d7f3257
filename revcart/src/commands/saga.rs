//! `revcart saga ls` and `show`: which sagas stand where, and the log of one.

use std::process::ExitCode;

use anyhow::Context;
use order_service::sagas::{self, Detail, Line, Summary};
use revcart_runtime::Clock;
use saga::order::State;
use shared_events::{Service, Timestamp};

use crate::cli::{Data, Saga};
use crate::inspection::{Installation, order_meant};
use crate::output::{self, age, offset, word};

pub(super) async fn run(command: Saga) -> anyhow::Result<ExitCode> {
    match command {
        Saga::Ls {
            status,
            limit,
            data,
        } => list(status, limit, &data).await?,
        Saga::Show { order, data } => show(&order, &data).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(state: Option<State>, limit: u64, data: &Data) -> anyhow::Result<()> {
    let orders = Installation::find(&data.dir)?
        .database(Service::Order)
        .await?;
    let latest = sagas::latest(&orders, state, limit).await?;
    if data.json {
        output::json(&latest)?;
        return Ok(());
    }
    let header = [
        "number",
        "order",
        "order is",
        "saga is",
        "waits for",
        "due",
        "began",
    ];
    let mut table = output::table(header);
    let now = Clock::system().now();
    for listed in &latest {
        let saga = &listed.saga;
        table.add_row([
            listed.order_number.clone(),
            saga.order_id.to_string(),
            saga.order_status.to_string(),
            standing(saga),
            place(saga.step, saga.attempt),
            saga.due_at.map_or_else(String::new, |due| until(due, now)),
            format!("{} ago", age(now - saga.started_at)),
        ]);
    }
    output::line(table)?;
    Ok(())
}

async fn show(order: &str, data: &Data) -> anyhow::Result<()> {
    let orders = Installation::find(&data.dir)?
        .database(Service::Order)
        .await?;
    let id = order_meant(&orders, order).await?;
    let found = sagas::of_order(&orders, id).await?;
    let detail = found.with_context(|| format!("there is no saga of an order {id}"))?;
    if data.json {
        output::json(&detail)?;
        return Ok(());
    }
    let saga = &detail.saga;
    output::line(format!(
        "{} {} is {}; {} v{} is {}",
        detail.order_number,
        saga.order_id,
        saga.order_status,
        saga.definition,
        saga.definition_version,
        standing(saga)
    ))?;
    let now = Clock::system().now();
    if let Some(due) = saga.due_at {
        output::line(format!(
            "waits for {}, {}",
            place(saga.step, saga.attempt),
            until(due, now)
        ))?;
    }
    steps(&detail)?;
    timeline(&detail)
}

fn steps(detail: &Detail) -> anyhow::Result<()> {
    let mut table = output::table(["step", "is", "attempt"]);
    for step in &detail.steps {
        table.add_row([
            step.name.to_owned(),
            word(&step.state),
            step.attempt.to_string(),
        ]);
    }
    output::line(table)?;
    Ok(())
}

fn timeline(detail: &Detail) -> anyhow::Result<()> {
    let mut table = output::table(["after", "kind", "step", "what", "message"]);
    let began = detail.saga.started_at;
    for line in &detail.timeline {
        let message = line
            .message_id
            .map_or_else(String::new, |id| id.to_string());
        table.add_row([
            offset(line.at - began),
            line.kind.clone(),
            place(line.step.as_deref(), line.attempt),
            what(line),
            message,
        ]);
    }
    output::line(table)?;
    Ok(())
}

/// A step and its attempt; steps that nobody is asked for have none.
fn place(step: Option<&str>, attempt: Option<u32>) -> String {
    match (step, attempt) {
        (Some(step), Some(attempt)) if attempt > 0 => format!("{step}#{attempt}"),
        (step, _) => step.unwrap_or_default().to_owned(),
    }
}

fn what(line: &Line) -> String {
    match &line.detail {
        Some(detail) => format!("{}: {detail}", line.title),
        None => line.title.clone(),
    }
}

fn standing(saga: &Summary) -> String {
    let state = word(&saga.state);
    match saga.attention {
        Some(why) => format!("{state} ({})", word(&why)),
        None => state,
    }
}

fn until(due: Timestamp, now: Timestamp) -> String {
    if due > now {
        format!("in {}", age(due - now))
    } else {
        format!("{} overdue", age(now - due))
    }
}
