//! `GET /api/analytics/funnel?from=&to=` (admin): how many of those who look buy in the end, by day.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;

use super::answers::{self, Point, points, total};
use super::periods::{Asked, Days};
use crate::app::App;
use crate::store::figures;

#[derive(Serialize)]
pub(super) struct Course {
    #[serde(flatten)]
    asked: Asked,
    total: answers::Funnel,
    days: Vec<Point<answers::Funnel>>,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(days): Query<Days>,
) -> Answer<Json<Course>> {
    let period = days.period(app.clock.now())?;
    let series = figures::series(&app.database, &period).await?;
    Ok(Json(Course {
        asked: period.into(),
        total: answers::Funnel::from(&total(&series)),
        days: points(&period, &series, |day| answers::Funnel::from(day)),
    }))
}
