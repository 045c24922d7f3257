//! `GET /api/ops/sagas?status=`: sagas in one state, the oldest first; those that need attention unless asked otherwise.

use axum::extract::State as Shared;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Page, PageRequest, Query};
use saga::order::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::sagas::{self, Summary};

/// The query.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct SagasQuery {
    /// Where they stand.
    #[garde(skip)]
    #[serde(default)]
    #[param(inline, required = false)]
    status: Standing,
}

/// Where sagas stand.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Standing {
    Running,
    Compensating,
    #[default]
    NeedsAttention,
    Completed,
    Compensated,
}

impl From<Standing> for State {
    fn from(standing: Standing) -> State {
        match standing {
            Standing::Running => State::Running,
            Standing::Compensating => State::Compensating,
            Standing::NeedsAttention => State::NeedsAttention,
            Standing::Completed => State::Completed,
            Standing::Compensated => State::Compensated,
        }
    }
}

/// Sagas in one state
///
/// The oldest first; those that need attention unless asked otherwise.
#[utoipa::path(get, path = "/api/ops/sagas", params(SagasQuery, PageRequest), security(("bearer" = [])),
    responses((status = 200, body = Page<Summary>, description = "A page of them")))]
pub(crate) async fn handle(
    Shared(app): Shared<App>,
    _admin: Admin,
    Query(query): Query<SagasQuery>,
    page: PageRequest,
) -> Answer<Page<Summary>> {
    let sagas = sagas::in_state(
        &app.database,
        query.status.into(),
        page.after()?,
        page.fetch(),
    )
    .await?;
    Ok(Page::of(sagas, &page, |saga| saga.order_id))
}
