//! `GET /api/delivery/agent/{id}` (that agent, admin): an agent, with their plan and load.

use axum::extract::State;
use revcart_http_edge::{AgentOrAdmin, Answer, Json, Path};

use super::{access, answers};
use crate::app::App;

/// An agent
#[utoipa::path(get, path = "/api/delivery/agent/{id}",
    params(("id" = String, Path, description = "The agent's id, or `me`")),
    responses((status = 200, body = answers::Agent, description = "The agent")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    Path(name): Path<String>,
) -> Answer<Json<answers::Agent>> {
    let agent = access::agent_named(&app, &identity, &name).await?;
    Ok(Json(answers::Agent::of(agent, app.local_time())))
}
