//! `PUT /api/delivery/agents/{id}/shifts` (admin): when an agent works, if nobody has changed them since.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::AgentId;
use utoipa::ToSchema;

use super::{answers, problems};
use crate::app::App;
use crate::domain::agent::Agent;
use crate::domain::shift::{Shift, Written};
use crate::store::agents;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({
    "shifts": [
        {"days": ["MON", "TUE", "WED", "THU", "FRI"], "start": "09:00", "end": "17:30"},
        {"date": "2026-12-25"}
    ],
    "version": 1
}))]
pub(super) struct Plan {
    /// In local time, in place of those there were. None: they work whenever they are on duty.
    #[garde(length(max = 60))]
    #[schema(value_type = Vec<Written>, max_items = 60)]
    shifts: Vec<Shift>,
    /// The version that the change is based on.
    #[garde(skip)]
    version: i64,
}

struct Work {
    app: App,
    id: AgentId,
    plan: Plan,
}

/// Plans when an agent works
///
/// A shift is of weekdays or of one date; a date takes the place of the weekdays, and without hours it is a day off. A shift
/// whose end is not after its start ends on the next day.
#[utoipa::path(put, path = "/api/delivery/agents/{id}/shifts",
    params(("id" = AgentId, Path)),
    request_body = Plan,
    responses(
        (status = 200, body = answers::Agent, description = "The agent"),
        (status = 409, body = revcart_http_edge::ProblemBody, description = "VERSION_CONFLICT")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<AgentId>,
    Json(plan): Json<Plan>,
) -> Answer<Json<answers::Agent>> {
    let work = Work {
        app: app.clone(),
        id,
        plan,
    };
    let write = app
        .database
        .write(work, |unit, work| Box::pin(replace(unit, work)));
    Ok(Json(answers::Agent::of(write.await?, app.local_time())))
}

async fn replace(unit: &mut UnitOfWork, work: &Work) -> Answer<Agent> {
    let found = agents::lock(unit, work.id).await?;
    let mut agent = found.ok_or_else(|| Problem::not_found("agent"))?;
    if agent.version != work.plan.version {
        return Err(problems::version_conflict());
    }
    agent.shifts = work.plan.shifts.clone();
    agent.version += 1;
    agents::update(unit, &agent).await?;
    if agent.is_free() {
        work.app.look_again(unit);
    }
    Ok(agent)
}
