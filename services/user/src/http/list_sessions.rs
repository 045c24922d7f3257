//! `GET /api/users/sessions`: where one is signed in, the youngest first.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Page, PageRequest};
use serde::Serialize;
use shared_events::Timestamp;
use uuid::Uuid;

use crate::app::App;
use crate::store::sessions::{self, Listed};

/// A session: one sign-in, and everything that came of its refresh token.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    /// The same as in the answer to the sign-in.
    session_id: Uuid,
    /// What the program called itself that signed in.
    user_agent: Option<String>,
    signed_in_at: Timestamp,
    /// When it was refreshed last.
    last_used_at: Timestamp,
    /// When it ends unless it is refreshed.
    expires_at: Timestamp,
}

impl From<Listed> for Session {
    fn from(listed: Listed) -> Self {
        Self {
            session_id: listed.id,
            user_agent: listed.user_agent,
            signed_in_at: listed.created_at,
            last_used_at: listed.used_at,
            expires_at: listed.expires_at,
        }
    }
}

/// Lists where one is signed in.
#[utoipa::path(
    get, path = "/api/users/sessions", tag = "user", params(PageRequest),
    responses((status = 200, body = Page<Session>, description = "The sessions that go on, the youngest first")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    page: PageRequest,
) -> Answer<Page<Session>> {
    let owner = identity.user_id()?;
    let (after, now) = (page.after()?, app.clock.now());
    let found = sessions::list(app.database.read(), owner, after, page.fetch(), now).await?;
    Ok(Page::of(found, &page, |session| session.id).map(Session::from))
}
