//! `GET /api/delivery/agent/{agentId}/orders` (that agent, admin): what an agent has in hand, oldest order first; with
//! `?ended=true` what they had, latest order first. Agents may say `me`.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{AgentOrAdmin, Answer, Page, PageRequest, Path, Problem, Query};
use serde::Deserialize;
use shared_events::AgentId;

use super::{access, answers};
use crate::app::App;
use crate::store::{agents, deliveries};

/// The word for "whoever asks".
const ME: &str = "me";

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default)]
    #[garde(skip)]
    ended: bool,
}

pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    Path(name): Path<String>,
    Query(which): Query<Which>,
    request: PageRequest,
) -> Answer<Page<answers::Delivery>> {
    let own = access::agent_of(&app, &identity).await?;
    let asked = match name.as_str() {
        ME => own,
        id => id.parse::<AgentId>().ok(),
    };
    let none = || Problem::not_found("agent");
    let agent = asked.ok_or_else(none)?;
    if own != Some(agent) {
        let found = agents::find(&app.database, agent).await?;
        found.filter(|_| identity.is_admin()).ok_or_else(none)?;
    }
    let (after, limit) = (request.after()?, request.fetch());
    let found = deliveries::of_agent(&app.database, agent, which.ended, after, limit).await?;
    let page = Page::of(found, &request, |(order, _)| *order);
    Ok(page.map(|(order, record)| answers::Delivery::of(order, record)))
}
