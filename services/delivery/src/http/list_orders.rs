//! `GET /api/delivery/agent/{id}/orders` (that agent, admin): what an agent has in hand, oldest order first; with
//! `?state=ended` what they had, with `?state=all` both, latest order first.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{AgentOrAdmin, Answer, Page, PageRequest, Path, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{access, answers};
use crate::app::App;
use crate::store::deliveries::{self, Filter};

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Which of them: those in hand, if left out
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    state: Stage,
}

/// Which deliveries of an agent are meant.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Stage {
    #[default]
    Open,
    Ended,
    All,
}

/// The deliveries of an agent
///
/// Those in hand come oldest order first, the others latest order first.
#[utoipa::path(get, path = "/api/delivery/agent/{id}/orders",
    params(("id" = String, Path, description = "The agent's id, or `me`"), Which, PageRequest),
    responses((status = 200, body = Page<answers::Delivery>, description = "A page of them")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    Path(name): Path<String>,
    Query(which): Query<Which>,
    request: PageRequest,
) -> Answer<Page<answers::Delivery>> {
    let agent = access::agent_named(&app, &identity, &name).await?.id;
    let (after, limit) = (request.after()?, request.fetch());
    let found = match which.state {
        Stage::Open => deliveries::of_agent(&app.database, agent, false, after, limit).await?,
        Stage::Ended => deliveries::of_agent(&app.database, agent, true, after, limit).await?,
        Stage::All => {
            let filter = Filter {
                agent: Some(agent),
                ..Filter::default()
            };
            deliveries::list(&app.database, &filter, after, limit).await?
        }
    };
    let page = Page::of(found, &request, |(order, _)| *order);
    Ok(page.map(|(order, record)| answers::Delivery::of(order, record)))
}
