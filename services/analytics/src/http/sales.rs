//! `GET /api/analytics/sales?from=&to=&bucket=minute|hour|day` (admin): orders and money over time.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;

use super::answers::{Point, Sales, points, total};
use super::periods::{Asked, Bucket, Buckets};
use crate::app::App;
use crate::store::figures;

#[derive(Serialize)]
pub(super) struct Course {
    #[serde(flatten)]
    asked: Asked,
    bucket: Bucket,
    total: Sales,
    points: Vec<Point<Sales>>,
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
        total: Sales::from(&total(&series)),
        points: points(&period, &series, |figures| Sales::from(figures)),
    }))
}
