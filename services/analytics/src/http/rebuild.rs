//! `POST` and `GET /api/analytics/rebuild` (admin): has the figures counted anew from the log, and tells how far that is.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, NoBody};
use revcart_persistence::UnitOfWork;
use serde::Serialize;
use shared_events::Timestamp;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::rebuild::Rebuild;
use crate::store::{self, events, rebuilds};

/// How far a rebuild has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RebuildState {
    state: Standing,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_at: Option<Timestamp>,
    /// Figures from then on are counted anew; the log does not tell all of what was before.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    /// The day, week or month that is counted next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<NextWindow>,
    /// Figures that were others before.
    corrected: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RebuildStanding)]
#[serde(rename_all = "camelCase")]
enum Standing {
    /// There never was one.
    Never,
    Running,
    Finished,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RebuildWindow)]
struct NextWindow {
    /// `day`, `week` or `month`.
    bucket: &'static str,
    at: Timestamp,
}

/// Count the figures anew
///
/// Day by day from the event log, each day in one transaction; figures stay readable and go on being counted. One that is
/// running is gone on with.
#[utoipa::path(
    post,
    path = "/api/analytics/rebuild",
    responses(
        (status = 202, body = RebuildState, description = "It begins, or is running"),
        (status = 413, body = ProblemBody, description = "The body is too large"),
        (status = 422, body = ProblemBody, description = "UNEXPECTED_BODY"),
    ),
    security(("bearer" = []))
)]
pub(super) async fn start(
    State(app): State<App>,
    _: Admin,
    _: NoBody,
) -> Answer<(StatusCode, Json<RebuildState>)> {
    let database = app.database.clone();
    let rebuild = database.write((), |unit, ()| Box::pin(begin(unit))).await?;
    app.rebuild.wake();
    Ok((StatusCode::ACCEPTED, Json(Some(rebuild).into())))
}

/// How far the last rebuild has come
#[utoipa::path(
    get,
    path = "/api/analytics/rebuild",
    responses((status = 200, body = RebuildState, description = "The last rebuild, running or finished")),
    security(("bearer" = []))
)]
pub(super) async fn show(State(app): State<App>, _: Admin) -> Answer<Json<RebuildState>> {
    Ok(Json(rebuilds::last(&app.database).await?.into()))
}

async fn begin(unit: &mut UnitOfWork) -> Result<Rebuild, store::Error> {
    if let Some(running) = rebuilds::load(unit).await?.filter(Rebuild::is_running) {
        return Ok(running);
    }
    let sent = events::sent_between(unit).await?;
    let oldest = events::oldest(unit).await?;
    let rebuild = Rebuild::plan(unit.now(), sent, oldest);
    rebuilds::save(unit, &rebuild).await?;
    Ok(rebuild)
}

impl From<Option<Rebuild>> for RebuildState {
    fn from(rebuild: Option<Rebuild>) -> Self {
        let state = match &rebuild {
            None => Standing::Never,
            Some(rebuild) if rebuild.is_running() => Standing::Running,
            Some(_) => Standing::Finished,
        };
        let next = rebuild.and_then(|rebuild| rebuild.next);
        Self {
            state,
            requested_at: rebuild.map(|rebuild| rebuild.requested_at),
            from: rebuild.map(|rebuild| rebuild.from),
            next: next.map(|next| NextWindow {
                bucket: next.grain.name(),
                at: next.start,
            }),
            corrected: rebuild.map_or(0, |rebuild| rebuild.corrected),
            finished_at: rebuild.and_then(|rebuild| rebuild.finished_at),
        }
    }
}
