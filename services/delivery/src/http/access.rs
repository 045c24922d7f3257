//! Who may know of a delivery: admins and services of all, agents of those they bring or brought, customers of those of their
//! own orders. To everybody else it does not exist.

use revcart_http_edge::{Answer, Identity, Problem, Role};
use serde::Deserialize;
use shared_events::{AgentId, OrderId, UserId};

use crate::app::App;
use crate::domain::delivery::State;
use crate::store::agents;
use crate::store::deliveries::{self, Record};

/// Whose order it is; nobody's, if a guest placed it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    user_id: Option<UserId>,
}

/// The delivery of this order, if this caller may know of it; 404 otherwise.
pub(super) async fn visible(app: &App, identity: &Identity, order: OrderId) -> Answer<Record> {
    let record = deliveries::find(&app.database, order).await?;
    let record = record.ok_or_else(none)?;
    let allowed = match identity.role {
        Role::Admin | Role::Service => true,
        Role::Agent => is_brought_by(&record.state, agent_of(app, identity).await?),
        Role::Customer => is_own(app, identity, order).await?,
    };
    if allowed { Ok(record) } else { Err(none()) }
}

/// The agent whom this caller is.
pub(super) async fn agent_of(app: &App, identity: &Identity) -> Answer<Option<AgentId>> {
    let agent = agents::find_by_login(&app.database, identity.user_id()?).await?;
    Ok(agent.map(|agent| agent.id))
}

/// Whether this agent brings it, brought it, or came back with it.
pub(super) fn is_brought_by(state: &State, agent: Option<AgentId>) -> bool {
    agent.is_some() && state.courier().map(|courier| courier.agent_id) == agent
}

/// What is answered to those who may not know of it.
pub(super) fn none() -> Problem {
    Problem::not_found("delivery")
}

/// A delivery does not know whose order it brings: order-service does.
async fn is_own(app: &App, identity: &Identity, order: OrderId) -> Answer<bool> {
    match app
        .orders
        .get::<Order>(&format!("/api/orders/{order}"))
        .await
    {
        Ok(order) => Ok(order.user_id.is_some_and(|owner| identity.is_user(owner))),
        Err(error) if error.status() == Some(http::StatusCode::NOT_FOUND) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
