//! `GET /api/analytics/funnel?from=&to=&bucket=day|week|month` (admin): how many of those who look buy in the end.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{self, Point, points, total};
use super::periods::{Asked, PeopleBucket, PeopleBuckets};
use crate::app::App;
use crate::store::figures;

/// `total` adds up the parts: who came in two of them counts in both.
#[derive(Serialize, ToSchema)]
pub(super) struct FunnelCourse {
    #[serde(flatten)]
    asked: Asked,
    bucket: PeopleBucket,
    total: answers::Funnel,
    points: Vec<Point<answers::Funnel>>,
}

/// The funnel from looking to paying
///
/// People (visits and carts of those without a login), each counted once per day, week or month of UTC, for the step that they
/// reached and for all before it: no step has more than the one before.
#[utoipa::path(
    get,
    path = "/api/analytics/funnel",
    params(PeopleBuckets),
    responses((status = 200, body = FunnelCourse, description = "The funnel, as a whole and part by part")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(buckets): Query<PeopleBuckets>,
) -> Answer<Json<FunnelCourse>> {
    let period = buckets.period(app.clock.now())?;
    let series = figures::series(&app.database, &period).await?;
    Ok(Json(FunnelCourse {
        asked: period.into(),
        bucket: buckets.bucket,
        total: answers::Funnel::from(&total(series.values())),
        points: points(&period, &series, |part| answers::Funnel::from(part)),
    }))
}
