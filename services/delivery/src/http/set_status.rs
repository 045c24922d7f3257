//! `PUT /api/delivery/{id}/status` (the agent who brings it, admin): it is picked up, delivered, or came back. Saying it again
//! changes nothing.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{AgentOrAdmin, Answer, Json, Path, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{AgentId, DeliveryId, OrderId};

use super::{access, answers, rules};
use crate::app::App;
use crate::domain::delivery;
use crate::store::deliveries::{Record, Remark};
use crate::store::dispatch::Dispatch;

/// What is published as the reason of a failure that the agent says nothing about.
const NO_REASON: &str = "not delivered";

#[derive(Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Report {
    #[garde(skip)]
    status: Happened,
    #[garde(inner(length(chars, max = 500), custom(rules::not_blank)))]
    note: Option<String>,
    /// What proves it: a signature, the address of a picture.
    #[garde(inner(length(chars, max = 500), custom(rules::not_blank)))]
    proof: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Happened {
    PickedUp,
    Delivered,
    Failed,
}

/// Who says so.
enum Reporter {
    Anybody,
    Agent(Option<AgentId>),
}

struct Work {
    app: App,
    order: OrderId,
    report: Report,
    by: Reporter,
    cause: Cause,
}

pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    RequestCause(cause): RequestCause,
    Path(id): Path<DeliveryId>,
    Json(report): Json<Report>,
) -> Answer<Json<answers::Delivery>> {
    let order = delivery::order_of(id);
    let by = if identity.is_admin() {
        Reporter::Anybody
    } else {
        Reporter::Agent(access::agent_of(&app, &identity).await?)
    };
    let database = app.database.clone();
    let work = Work {
        app,
        order,
        report,
        by,
        cause: cause.correlated(order.to_string()),
    };
    let write = database.write(work, |unit, work| Box::pin(move_on(unit, work)));
    Ok(Json(answers::Delivery::of(order, write.await?)))
}

async fn move_on(unit: &mut UnitOfWork, work: &Work) -> Answer<Record> {
    let (order, report) = (work.order, &work.report);
    let (orders, nowhere) = (BTreeSet::from([order]), BTreeSet::new());
    let estimate = work.app.config.estimate;
    let mut dispatch = Dispatch::load(unit, &orders, &nowhere, estimate).await?;
    let state = dispatch.state(order);
    let allowed = match work.by {
        Reporter::Anybody => state.status().is_some(),
        Reporter::Agent(agent) => access::is_brought_by(state, agent),
    };
    if !allowed {
        return Err(access::none());
    }
    let (next, said) = match report.status {
        Happened::PickedUp => delivery::pick_up(state, order)?,
        Happened::Delivered => delivery::deliver(state, order, unit.now())?,
        Happened::Failed => {
            let reason = report.note.as_deref().unwrap_or(NO_REASON);
            delivery::fail_at_doorstep(state, order, reason)?
        }
    };
    let remark = Remark {
        note: report.note.clone(),
        proof: report.proof.clone(),
    };
    dispatch.change_with(order, next, &work.cause, remark);
    for message in said {
        unit.emit(message, &work.cause);
    }
    let record = dispatch.record(order).clone();
    work.app.save(unit, dispatch).await?;
    Ok(record)
}
