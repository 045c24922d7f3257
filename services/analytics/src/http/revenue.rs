//! `GET /api/analytics/revenue?from=&to=&bucket=minute|hour|day` (admin): money taken and given back, by currency.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;

use super::answers::{Point, Revenue, points, revenue, total};
use super::periods::{Asked, Bucket, Buckets};
use crate::app::App;
use crate::domain::figures::Figures;
use crate::domain::measure::Measure;
use crate::store::figures;

#[derive(Serialize)]
pub(super) struct Course {
    #[serde(flatten)]
    asked: Asked,
    bucket: Bucket,
    total: Money,
    points: Vec<Point<Money>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Money {
    payments_captured: i64,
    payments_refunded: i64,
    payments_failed: i64,
    revenue: Vec<Revenue>,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(buckets): Query<Buckets>,
) -> Answer<Json<Course>> {
    let period = buckets.period(app.clock.now())?;
    let series = figures::series(&app.database, &period).await?;
    Ok(Json(Course {
        asked: period.into(),
        bucket: buckets.bucket,
        total: Money::from(&total(&series)),
        points: points(&period, &series, |figures| Money::from(figures)),
    }))
}

impl From<&Figures> for Money {
    fn from(figures: &Figures) -> Self {
        Self {
            payments_captured: figures.count(Measure::PaymentsCaptured),
            payments_refunded: figures.count(Measure::PaymentsRefunded),
            payments_failed: figures.count(Measure::PaymentsFailed),
            revenue: revenue(figures),
        }
    }
}
