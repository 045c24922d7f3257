//! `DELETE /api/users/sessions/{id}`: signs out somewhere else.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Path, Problem};
use revcart_persistence::UnitOfWork;
use shared_events::UserId;
use uuid::Uuid;

use crate::app::App;
use crate::store::sessions;

/// Ends one of one's sessions: its refresh token is worth nothing from now on, its access token until it runs out.
#[utoipa::path(
    delete, path = "/api/users/sessions/{id}", tag = "user",
    params(("id" = Uuid, Path, description = "The session")),
    responses((status = 204, description = "It has ended")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    let which = (identity.user_id()?, id);
    app.database
        .write(which, |unit, (owner, id)| Box::pin(end(unit, *owner, *id)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end(unit: &mut UnitOfWork, owner: UserId, id: Uuid) -> Answer<()> {
    let ended = sessions::revoke_own(unit.sql(), owner, id, unit.now()).await?;
    if ended {
        Ok(())
    } else {
        Err(Problem::not_found("session"))
    }
}
