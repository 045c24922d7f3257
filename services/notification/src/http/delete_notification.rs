//! `DELETE /api/notifications/{id}`: off the caller's list with it. Somebody else's is answered like one that does not exist.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Path, Problem};
use shared_events::NotificationId;

use crate::app::App;
use crate::store::notices;

/// Takes it off the caller's list.
#[utoipa::path(
    delete,
    path = "/api/notifications/{id}",
    params(("id" = NotificationId, Path)),
    responses((status = 204, description = "It is off the list")),
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
            Box::pin(notices::remove(unit, *user, *id))
        })
        .await?;
    if found {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("notification"))
    }
}
