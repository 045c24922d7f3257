//! `POST /api/delivery/agents` (admin): somebody with a login becomes an agent.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Json, ProblemBody};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::{AgentId, UserId};
use utoipa::ToSchema;

use super::{answers, rules};
use crate::app::App;
use crate::domain::agent::Agent;
use crate::domain::zone::Zone;
use crate::store::{self, agents};

#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = AgentDraft, example = json!({
    "userId": "01a1f97d-0000-7000-8000-000000000001", "name": "Asha", "phone": "+91 98200 00001", "zone": "default", "capacity": 4
}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Draft {
    #[garde(skip)]
    user_id: UserId,
    #[garde(length(chars, max = 120), custom(rules::not_blank))]
    #[schema(max_length = 120, pattern = r"\S")]
    name: String,
    #[garde(length(chars, max = 40), custom(rules::not_blank))]
    #[schema(max_length = 40, pattern = r"\S")]
    phone: String,
    #[garde(skip)]
    zone: Zone,
    /// Whether they are on duty; they are, if left out.
    #[garde(skip)]
    on_shift: Option<bool>,
    /// As many as come, if left out.
    #[garde(range(max = 1_000_000))]
    #[schema(maximum = 1_000_000)]
    capacity: Option<u32>,
}

/// Makes somebody with a login an agent
#[utoipa::path(post, path = "/api/delivery/agents", request_body = Draft,
    responses(
        (status = 201, body = answers::Agent, description = "The agent"),
        (status = 409, body = ProblemBody, description = "LOGIN_TAKEN")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Json(draft): Json<Draft>,
) -> Answer<(StatusCode, Json<answers::Agent>)> {
    rules::on_the_map(&draft.zone, &app.map().await?)?;
    let now = app.local_time();
    let agent = Agent {
        id: AgentId::new(),
        user_id: draft.user_id,
        name: draft.name,
        phone: draft.phone,
        zone: draft.zone,
        on_shift: draft.on_shift.unwrap_or(true),
        shifts: vec![],
        capacity: draft.capacity,
        load: 0,
        location: None,
        locations: 0,
        version: 1,
    };
    let database = app.database.clone();
    database
        .write((app, agent.clone()), |unit, (app, agent)| {
            Box::pin(create(unit, app, agent))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(answers::Agent::of(agent, now))))
}

async fn create(unit: &mut UnitOfWork, app: &App, agent: &Agent) -> Result<(), store::Error> {
    agents::insert(unit, std::slice::from_ref(agent)).await?;
    app.look_again(unit);
    Ok(())
}
