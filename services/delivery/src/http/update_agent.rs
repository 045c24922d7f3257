//! `PUT /api/delivery/agents/{id}` (admin): shift, zone, capacity, name, telephone number, if nobody has changed them since.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem, ProblemBody};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::AgentId;
use utoipa::ToSchema;

use super::{answers, problems, rules};
use crate::app::App;
use crate::domain::agent::Agent;
use crate::domain::zone::Zone;
use crate::store::agents;

/// What is left out stays as it is.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = AgentChange, example = json!({"zone": "default", "capacity": 6, "version": 1}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Change {
    #[garde(inner(length(chars, max = 120), custom(rules::not_blank)))]
    #[schema(max_length = 120, pattern = r"\S")]
    name: Option<String>,
    #[garde(inner(length(chars, max = 40), custom(rules::not_blank)))]
    #[schema(max_length = 40, pattern = r"\S")]
    phone: Option<String>,
    #[garde(skip)]
    zone: Option<Zone>,
    #[garde(skip)]
    on_shift: Option<bool>,
    /// Null for as many as come.
    #[serde(default, deserialize_with = "rules::if_given")]
    #[garde(inner(inner(range(max = 1_000_000))))]
    #[schema(value_type = Option<u32>, maximum = 1_000_000)]
    capacity: Option<Option<u32>>,
    /// The version that the change is based on.
    #[garde(skip)]
    version: i64,
}

struct Work {
    app: App,
    id: AgentId,
    change: Change,
}

/// Changes an agent
///
/// What is left out stays as it is. For when they work see `/shifts`.
#[utoipa::path(put, path = "/api/delivery/agents/{id}", params(("id" = AgentId, Path)), request_body = Change,
    responses(
        (status = 200, body = answers::Agent, description = "The agent"),
        (status = 409, body = ProblemBody, description = "VERSION_CONFLICT")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<AgentId>,
    Json(change): Json<Change>,
) -> Answer<Json<answers::Agent>> {
    if let Some(zone) = &change.zone {
        rules::on_the_map(zone, &app.map().await?)?;
    }
    let work = Work {
        app: app.clone(),
        id,
        change,
    };
    let write = app
        .database
        .write(work, |unit, work| Box::pin(update(unit, work)));
    Ok(Json(answers::Agent::of(write.await?, app.local_time())))
}

async fn update(unit: &mut UnitOfWork, work: &Work) -> Answer<Agent> {
    let found = agents::lock(unit, work.id).await?;
    let mut agent = found.ok_or_else(|| Problem::not_found("agent"))?;
    let change = work.change.clone();
    if agent.version != change.version {
        return Err(problems::version_conflict());
    }
    agent.name = change.name.unwrap_or(agent.name);
    agent.phone = change.phone.unwrap_or(agent.phone);
    agent.zone = change.zone.unwrap_or(agent.zone);
    agent.on_shift = change.on_shift.unwrap_or(agent.on_shift);
    agent.capacity = change.capacity.unwrap_or(agent.capacity);
    agent.version += 1;
    agents::update(unit, &agent).await?;
    if agent.is_free() {
        work.app.look_again(unit);
    }
    Ok(agent)
}
