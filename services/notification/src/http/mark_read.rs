//! `PUT /api/notifications/{id}/read`: the caller has read it. Somebody else's is answered like one that does not exist.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Path, Problem};
use shared_events::NotificationId;

use crate::app::App;
use crate::store::notices;

/// The caller has read it.
#[utoipa::path(
    put,
    path = "/api/notifications/{id}/read",
    params(("id" = NotificationId, Path)),
    responses((status = 204, description = "It is read")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<NotificationId>,
) -> Answer<StatusCode> {
    let whose = (identity.user_id()?, id);
    let found: bool = app
        .database
        .write(whose, |unit, (user, id)| {
            Box::pin(notices::read(unit, *user, *id))
        })
        .await?;
    if found {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("notification"))
    }
}
