//! `POST /api/delivery/assign` (internal, admin): has the search for an agent go on now, or names the agent. It never goes
//! round the saga: an order that waits for no agent is refused.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, InternalOrAdmin, Json, Problem, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{AgentId, DeliveryStatus, OrderId};
use utoipa::ToSchema;

use super::{access, answers, problems};
use crate::app::App;
use crate::domain::delivery;
use crate::domain::zone::Zone;
use crate::store::deliveries::{self, Record};
use crate::store::dispatch::Dispatch;

#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = AssignmentWish, example = json!({"orderId": "01a1f97d-0000-7000-8000-000000000001"}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Wish {
    #[garde(skip)]
    order_id: OrderId,
    /// Whoever is free, if left out.
    #[garde(skip)]
    agent_id: Option<AgentId>,
}

struct Work {
    app: App,
    order: OrderId,
    agent: Option<AgentId>,
    zone: Zone,
    cause: Cause,
}

/// Has the search for an agent go on now, or names the agent
///
/// An order that waits for no agent is refused.
#[utoipa::path(post, path = "/api/delivery/assign", request_body = Wish,
    responses(
        (status = 200, body = answers::Delivery, description = "The delivery, which has an agent"),
        (status = 404, body = ProblemBody, description = "There is no such delivery"),
        (status = 409, body = ProblemBody, description = "NOT_OPEN, NO_DELIVERY_AGENT or AGENT_NOT_FREE")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: InternalOrAdmin,
    RequestCause(cause): RequestCause,
    Json(wish): Json<Wish>,
) -> Answer<Json<answers::Delivery>> {
    let order = wish.order_id;
    let record = deliveries::find(&app.database, order).await?;
    let record = record.ok_or_else(access::none)?;
    let status = record.state.status();
    let Some(parcel) = record.parcel else {
        return Err(not_open(status));
    };
    let database = app.database.clone();
    let work = Work {
        app,
        order,
        agent: wish.agent_id,
        zone: parcel.zone,
        cause: cause.correlated(order.to_string()),
    };
    let write = database.write(work, |unit, work| Box::pin(assign(unit, work)));
    Ok(Json(answers::Delivery::of(order, write.await?)))
}

async fn assign(unit: &mut UnitOfWork, work: &Work) -> Answer<Record> {
    let (order, zone) = (work.order, &work.zone);
    let orders = BTreeSet::from([order]);
    let terms = work.app.config.terms();
    let map = work.app.map_in(unit).await?;
    let mut dispatch = Dispatch::load(unit, &orders, &BTreeSet::from([zone]), terms).await?;
    let state = dispatch.state(order);
    if state.search().is_none() {
        return Err(not_open(state.status()));
    }
    let parcel = dispatch.record(order).parcel.as_ref();
    let near = parcel.and_then(|parcel| parcel.near(&map));
    let courier = match work.agent {
        Some(agent) => dispatch
            .free_agent(agent, zone)
            .ok_or_else(problems::agent_not_free)?,
        None => dispatch.free_courier(zone, near).ok_or_else(nobody)?,
    };
    let (next, said) = delivery::found(state, order, &courier);
    dispatch.change(order, next, &work.cause);
    for message in said {
        unit.emit(message, &work.cause);
    }
    let record = dispatch.record(order).clone();
    work.app.save(unit, dispatch).await?;
    Ok(record)
}

fn not_open(status: Option<DeliveryStatus>) -> Problem {
    Problem::conflict("NOT_OPEN", "no agent is being looked for").with("deliveryStatus", status)
}

fn nobody() -> Problem {
    Problem::conflict(
        "NO_DELIVERY_AGENT",
        "nobody is free at the moment; the search goes on",
    )
}
