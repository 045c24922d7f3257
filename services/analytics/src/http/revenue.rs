//! `GET /api/analytics/revenue?from=&to=&bucket=minute|hour|day|week|month&timeZone=` (admin): money taken and given back.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{LocalPoint, Revenue, local_points, revenue, total};
use super::periods::{Asked, Bucket, Buckets};
use crate::app::App;
use crate::domain::figures::Figures;
use crate::domain::measure::Measure;
use crate::store::figures;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevenueCourse {
    #[serde(flatten)]
    asked: Asked,
    bucket: Bucket,
    time_zone: String,
    total: RevenueFigures,
    points: Vec<LocalPoint<RevenueFigures>>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RevenueFigures {
    payments_captured: i64,
    payments_refunded: i64,
    payments_failed: i64,
    /// By currency.
    revenue: Vec<Revenue>,
}

/// Money taken and given back over time
///
/// By currency; parts of the period as in `sales`.
#[utoipa::path(
    get,
    path = "/api/analytics/revenue",
    params(Buckets),
    responses((status = 200, body = RevenueCourse, description = "The course of revenue")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(buckets): Query<Buckets>,
) -> Answer<Json<RevenueCourse>> {
    let span = buckets.span(app.clock.now())?;
    let parts = figures::of_span(&app.database, &span).await?;
    Ok(Json(RevenueCourse {
        asked: Asked::from(&span),
        bucket: buckets.bucket,
        time_zone: span.zone().name().to_owned(),
        total: RevenueFigures::from(&total(&parts)),
        points: local_points(&span, &parts, |part| RevenueFigures::from(part)),
    }))
}

impl From<&Figures> for RevenueFigures {
    fn from(figures: &Figures) -> Self {
        Self {
            payments_captured: figures.count(Measure::PaymentsCaptured),
            payments_refunded: figures.count(Measure::PaymentsRefunded),
            payments_failed: figures.count(Measure::PaymentsFailed),
            revenue: revenue(figures),
        }
    }
}
