//! `GET /api/delivery/agents` (admin): all agents, in the order of their making.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest};

use super::answers;
use crate::app::App;
use crate::store::agents;

/// All agents, in the order of their making
#[utoipa::path(get, path = "/api/delivery/agents", params(PageRequest),
    responses((status = 200, body = Page<answers::Agent>, description = "A page of them")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    request: PageRequest,
) -> Answer<Page<answers::Agent>> {
    let found = agents::page(&app.database, request.after()?, request.fetch()).await?;
    let now = app.local_time();
    Ok(Page::of(found, &request, |last| last.id).map(|agent| answers::Agent::of(agent, now)))
}
