//! `GET /api/delivery/agents` (admin): all agents, in the order of their making.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest};

use super::answers;
use crate::app::App;
use crate::store::agents;

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    request: PageRequest,
) -> Answer<Page<answers::Agent>> {
    let found = agents::page(&app.database, request.after()?, request.fetch()).await?;
    Ok(Page::of(found, &request, |last| last.id).map(answers::Agent::from))
}
