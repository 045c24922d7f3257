//! `PUT /api/delivery/agent/{id}/duty` (that agent, admin): on duty, or off. What they have in hand they keep.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{AgentOrAdmin, Answer, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::AgentId;
use utoipa::ToSchema;

use super::{access, answers};
use crate::app::App;
use crate::domain::agent::Agent;
use crate::store::agents;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({"onDuty": true}))]
pub(super) struct Duty {
    /// Whether new deliveries are taken from now on, within the shifts of the agent's plan, if there is one.
    #[garde(skip)]
    on_duty: bool,
}

struct Work {
    app: App,
    id: AgentId,
    on_duty: bool,
}

/// Goes on duty, or off
///
/// Saying it again changes nothing.
#[utoipa::path(put, path = "/api/delivery/agent/{id}/duty",
    params(("id" = String, Path, description = "The agent's id, or `me`")),
    request_body = Duty,
    responses((status = 200, body = answers::Agent, description = "The agent")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    Path(name): Path<String>,
    Json(duty): Json<Duty>,
) -> Answer<Json<answers::Agent>> {
    let id = access::agent_named(&app, &identity, &name).await?.id;
    let work = Work {
        app: app.clone(),
        id,
        on_duty: duty.on_duty,
    };
    let write = app
        .database
        .write(work, |unit, work| Box::pin(switch(unit, work)));
    Ok(Json(answers::Agent::of(write.await?, app.local_time())))
}

async fn switch(unit: &mut UnitOfWork, work: &Work) -> Answer<Agent> {
    let found = agents::lock(unit, work.id).await?;
    let mut agent = found.ok_or_else(|| Problem::not_found("agent"))?;
    if agent.on_shift == work.on_duty {
        return Ok(agent);
    }
    agent.on_shift = work.on_duty;
    agent.version += 1;
    agents::update(unit, &agent).await?;
    if agent.is_free() {
        work.app.look_again(unit);
    }
    Ok(agent)
}
