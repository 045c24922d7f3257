//! `DELETE /api/users/sessions?keep=`: signs out everywhere else, or everywhere.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Query};
use revcart_persistence::{Error as DatabaseError, UnitOfWork};
use serde::Deserialize;
use shared_events::UserId;
use uuid::Uuid;

use crate::app::App;
use crate::store::sessions;

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The session that goes on, usually the one that asks; without it all end.
    #[serde(default)]
    #[garde(skip)]
    keep: Option<Uuid>,
}

/// Ends all sessions but the one to keep.
#[utoipa::path(
    delete, path = "/api/users/sessions", tag = "user", params(Wanted),
    responses((status = 204, description = "They have ended")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Query(wanted): Query<Wanted>,
) -> Answer<StatusCode> {
    let which = (identity.user_id()?, wanted.keep);
    app.database
        .write(which, |unit, (owner, keep)| {
            Box::pin(end(unit, *owner, *keep))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end(
    unit: &mut UnitOfWork,
    owner: UserId,
    keep: Option<Uuid>,
) -> Result<(), DatabaseError> {
    Ok(sessions::revoke_all(unit.sql(), owner, keep, unit.now()).await?)
}
