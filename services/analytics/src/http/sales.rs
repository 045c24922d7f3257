//! `GET /api/analytics/sales?from=&to=&bucket=minute|hour|day|week|month&timeZone=` (admin): orders and money over time.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{LocalPoint, Sales, local_points, total};
use super::periods::{Asked, Bucket, Buckets};
use crate::app::App;
use crate::store::figures;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SalesCourse {
    #[serde(flatten)]
    asked: Asked,
    bucket: Bucket,
    time_zone: String,
    total: Sales,
    points: Vec<LocalPoint<Sales>>,
}

/// Orders and money over time
///
/// Every part of the period, also those in which nothing happened: at most 1,500, days of a zone other than UTC for at most a
/// year. Minutes are kept for two days.
#[utoipa::path(
    get,
    path = "/api/analytics/sales",
    params(Buckets),
    responses((status = 200, body = SalesCourse, description = "The course of sales")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(buckets): Query<Buckets>,
) -> Answer<Json<SalesCourse>> {
    let span = buckets.span(app.clock.now())?;
    let parts = figures::of_span(&app.database, &span).await?;
    Ok(Json(SalesCourse {
        asked: Asked::from(&span),
        bucket: buckets.bucket,
        time_zone: span.zone().name().to_owned(),
        total: Sales::from(&total(&parts)),
        points: local_points(&span, &parts, |part| Sales::from(part)),
    }))
}
