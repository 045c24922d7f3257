//! `DELETE /api/notifications/{id}`: off the caller's list with it. Somebody else's is answered like one that does not exist.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Path, Problem};
use shared_events::NotificationId;

use crate::app::App;
use crate::store::notices;

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
