//! Who may know of a delivery: admins and services of all, agents of those they bring or brought, customers and guests of those
//! of their own orders. To everybody else it does not exist.

use revcart_http_edge::{Answer, Identity, Problem, Role, Visitor};
use serde::Deserialize;
use shared_events::{AgentId, OrderId, UserId};

use crate::app::App;
use crate::domain::agent::Agent;
use crate::domain::delivery::State;
use crate::store::agents;
use crate::store::deliveries::{self, Record};

/// The word for "whoever asks" in the place of an agent's id.
const ME: &str = "me";

/// Whose order it is; nobody's, if a guest placed it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    user_id: Option<UserId>,
}

/// The delivery of this order, if this visitor may know of it; 404 otherwise.
pub(super) async fn visible(app: &App, visitor: &Visitor, order: OrderId) -> Answer<Record> {
    let record = deliveries::find(&app.database, order).await?;
    let record = record.ok_or_else(none)?;
    let allowed = match visitor {
        Visitor::Guest(theirs) => *theirs == order,
        Visitor::User(identity) => match identity.role {
            Role::Admin | Role::Service => true,
            Role::Agent => is_brought_by(&record.state, agent_of(app, identity).await?),
            Role::Customer => is_own(app, identity, order).await?,
        },
    };
    if allowed { Ok(record) } else { Err(none()) }
}

/// Whether this visitor is told the code that is told the agent at the door: the agent is not.
pub(super) fn knows_code(visitor: &Visitor) -> bool {
    match visitor {
        Visitor::Guest(_) => true,
        Visitor::User(identity) => match identity.role {
            Role::Customer | Role::Admin => true,
            Role::Agent | Role::Service => false,
        },
    }
}

/// The agent whom this caller is.
pub(super) async fn agent_of(app: &App, identity: &Identity) -> Answer<Option<AgentId>> {
    let agent = agents::find_by_login(&app.database, identity.user_id()?).await?;
    Ok(agent.map(|agent| agent.id))
}

/// The agent of this name in a path, an id or `me`, for that agent and for admins; 404 for others.
pub(super) async fn agent_named(app: &App, identity: &Identity, name: &str) -> Answer<Agent> {
    let none = || Problem::not_found("agent");
    if name == ME {
        let own = agents::find_by_login(&app.database, identity.user_id()?).await?;
        return own.ok_or_else(none);
    }
    let id: AgentId = name.parse().map_err(|_| none())?;
    let found = agents::find(&app.database, id).await?.ok_or_else(none)?;
    if identity.is_admin() || identity.is_user(found.user_id) {
        Ok(found)
    } else {
        Err(none())
    }
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

/// Who acts on a delivery.
#[derive(Clone, Copy)]
pub(super) enum Actor {
    /// An admin, who may act on all.
    Admin,
    /// This agent, on those they bring; nobody's agent on none.
    Agent(Option<AgentId>),
}

impl Actor {
    /// Who this caller is.
    pub(super) async fn of(app: &App, identity: &Identity) -> Answer<Self> {
        if identity.is_admin() {
            return Ok(Self::Admin);
        }
        Ok(Self::Agent(agent_of(app, identity).await?))
    }

    /// Whether they may act on the delivery that stands there.
    pub(super) fn may_act_on(self, state: &State) -> bool {
        match self {
            Self::Admin => state.status().is_some(),
            Self::Agent(agent) => is_brought_by(state, agent),
        }
    }
}
