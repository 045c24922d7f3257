//! `GET /api/ops/sagas?status=`: sagas in one state, the oldest first; those that need attention unless asked otherwise.

use axum::extract::State as Shared;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Page, PageRequest, Query};
use saga::order::State;
use serde::Deserialize;

use crate::app::App;
use crate::sagas::{self, Summary};

/// The query.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SagasQuery {
    /// `RUNNING`, `COMPENSATING`, `NEEDS_ATTENTION`, `COMPLETED` or `COMPENSATED`.
    #[garde(skip)]
    #[serde(default = "needs_attention")]
    status: State,
}

fn needs_attention() -> State {
    State::NeedsAttention
}

pub(crate) async fn handle(
    Shared(app): Shared<App>,
    Admin(_): Admin,
    Query(query): Query<SagasQuery>,
    page: PageRequest,
) -> Answer<Page<Summary>> {
    let sagas = sagas::in_state(&app.database, query.status, page.after()?, page.fetch()).await?;
    Ok(Page::of(sagas, &page, |saga| saga.order_id))
}
