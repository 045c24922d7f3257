//! `GET /api/analytics/users/activity?from=&to=` (admin): who came, by day.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{Point, points, total};
use super::periods::{Asked, Days};
use crate::app::App;
use crate::domain::figures::Figures;
use crate::domain::measure::Measure;
use crate::store::figures;

/// There is no total of active users: who comes on two days is one user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActivityCourse {
    #[serde(flatten)]
    asked: Asked,
    users_registered: i64,
    users_registered_ever: i64,
    days: Vec<Point<Activity>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UserActivity)]
#[serde(rename_all = "camelCase")]
struct Activity {
    users_registered: i64,
    /// Users who registered, looked, carted or ordered.
    active_users: i64,
    /// People (or visits of people without a login) who looked at a product.
    visitors: i64,
}

/// Who came
///
/// By day of UTC, at most 366.
#[utoipa::path(
    get,
    path = "/api/analytics/users/activity",
    params(Days),
    responses((status = 200, body = ActivityCourse, description = "Who came on which day")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(days): Query<Days>,
) -> Answer<Json<ActivityCourse>> {
    let period = days.period(app.clock.now())?;
    let series = figures::series(&app.database, &period).await?;
    let ever = figures::ever(&app.database).await?;
    Ok(Json(ActivityCourse {
        asked: period.into(),
        users_registered: total(series.values()).count(Measure::UsersRegistered),
        users_registered_ever: ever.count(Measure::UsersRegistered),
        days: points(&period, &series, |day| Activity::from(day)),
    }))
}

impl From<&Figures> for Activity {
    fn from(figures: &Figures) -> Self {
        Self {
            users_registered: figures.count(Measure::UsersRegistered),
            active_users: figures.count(Measure::ActiveUsers),
            visitors: figures.count(Measure::Visitors),
        }
    }
}
