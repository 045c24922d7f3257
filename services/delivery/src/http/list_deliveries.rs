//! `GET /api/delivery` (admin): all deliveries, latest order first; of a status, an agent, a zone. Those that nobody has been
//! found for yet are `?status=PENDING`.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Page, PageRequest, Query};
use serde::Deserialize;
use shared_events::{AgentId, DeliveryStatus};
use utoipa::IntoParams;

use super::answers;
use crate::app::App;
use crate::domain::zone::Zone;
use crate::store::deliveries::{self, Filter};

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Which {
    /// Where they stand: `PENDING` are those that nobody has been found for yet
    #[garde(skip)]
    status: Option<DeliveryStatus>,
    /// Who brings them, brought them, or came back with them
    #[garde(skip)]
    agent_id: Option<AgentId>,
    /// Where they go
    #[garde(skip)]
    zone: Option<Zone>,
}

/// All deliveries, latest order first
#[utoipa::path(get, path = "/api/delivery", params(Which, PageRequest),
    responses((status = 200, body = Page<answers::Delivery>, description = "A page of them")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(which): Query<Which>,
    request: PageRequest,
) -> Answer<Page<answers::Delivery>> {
    let filter = Filter {
        status: which.status,
        agent: which.agent_id,
        zone: which.zone,
    };
    let (after, limit) = (request.after()?, request.fetch());
    let found = deliveries::list(&app.database, &filter, after, limit).await?;
    let page = Page::of(found, &request, |(order, _)| *order);
    Ok(page.map(|(order, record)| answers::Delivery::of(order, record)))
}
