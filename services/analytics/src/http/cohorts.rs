//! `GET /api/analytics/users/cohorts?by=week|month&of=active|ordering&from=&to=&periods=` (admin): users by when they
//! registered, and how many of them came back.

use std::collections::BTreeMap;

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::{Deserialize, Serialize};
use shared_events::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::periods::{self, Asked, Moment};
use crate::app::App;
use crate::domain::funnel::share;
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;
use crate::domain::period::Period;
use crate::store;
use crate::store::cohorts;

/// The most cohorts in one answer.
const MOST_COHORTS: i64 = 60;
/// Periods of each cohort, unless asked for more or fewer.
const PERIODS: u32 = 12;

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CohortParameters {
    /// By what users are put together and counted.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    by: By,
    /// What is counted of them.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    of: Of,
    /// A day or a moment; the week or month that it lies in is the first cohort.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<Moment>,
    /// A day or a moment; cohorts that begin then or later are not in.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-02-01")]
    to: Option<Moment>,
    /// So many weeks or months of each cohort, its own included.
    #[garde(inner(range(min = 1, max = 60)))]
    #[param(minimum = 1, maximum = 60)]
    periods: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum By {
    #[default]
    Week,
    Month,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Of {
    /// Who looked, carted or ordered, or registered.
    #[default]
    Active,
    /// Who ordered.
    Ordering,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Cohorts {
    #[serde(flatten)]
    asked: Asked,
    #[schema(inline)]
    by: By,
    #[schema(inline)]
    of: Of,
    cohorts: Vec<Cohort>,
}

/// Users who registered in one week or month.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Cohort {
    /// When it began.
    pub(in crate::http) at: Timestamp,
    /// How many registered.
    pub(in crate::http) users: i64,
    /// What they did in that week or month and in those after, as far as these have begun.
    pub(in crate::http) periods: Vec<CohortPeriod>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CohortPeriod {
    pub(in crate::http) at: Timestamp,
    /// How many of them did it.
    pub(in crate::http) users: i64,
    /// Which part of all of them that is.
    pub(in crate::http) share: Option<f64>,
}

/// Users by when they registered
///
/// How many of those who registered in a week or month were active, or ordered, in that and in the following ones; all in UTC.
#[utoipa::path(
    get,
    path = "/api/analytics/users/cohorts",
    params(CohortParameters),
    responses((status = 200, body = Cohorts, description = "The cohorts, the oldest first")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(asked): Query<CohortParameters>,
) -> Answer<Json<Cohorts>> {
    let now = app.clock.now();
    let grain = match asked.by {
        By::Week => Grain::Week,
        By::Month => Grain::Month,
    };
    let measure = match asked.of {
        Of::Active => Measure::ActiveUsers,
        Of::Ordering => Measure::OrderingUsers,
    };
    let period = periods::period(grain, (asked.from, asked.to), now, MOST_COHORTS)?;
    let columns = asked.periods.unwrap_or(PERIODS);
    Ok(Json(Cohorts {
        asked: period.into(),
        by: asked.by,
        of: asked.of,
        cohorts: read(&app, &period, measure, columns).await?,
    }))
}

/// The cohorts of a period.
pub(in crate::http) async fn read(
    app: &App,
    period: &Period,
    measure: Measure,
    columns: u32,
) -> Result<Vec<Cohort>, store::Error> {
    let (grain, now) = (period.grain(), app.clock.now());
    let starts: Vec<Timestamp> = period.starts().collect();
    let following = |start: Timestamp| {
        let next = move |at: &Timestamp| Some(grain.next(*at));
        let begun = move |at: &Timestamp| *at <= now;
        std::iter::successors(Some(start), next)
            .take(columns as usize)
            .take_while(begun)
    };
    let last = starts.last().copied().unwrap_or(period.from());
    let mut asked = cohorts::Asked {
        grain,
        measure,
        from: period.from(),
        until: period.until(),
        before: following(last)
            .last()
            .map_or(period.until(), |at| grain.next(at)),
    };
    let found: BTreeMap<_, _> = cells(app, &asked).await?;
    // Whoever registered was active in that week or month: that tells how many they are.
    asked.measure = Measure::ActiveUsers;
    asked.before = period.until();
    let sizes = match measure {
        Measure::ActiveUsers => found.clone(),
        _ => cells(app, &asked).await?,
    };
    let cohort = |at: Timestamp| {
        let all = sizes.get(&(at, at)).copied().unwrap_or(0);
        let periods = following(at).map(|period| {
            let users = found.get(&(at, period)).copied().unwrap_or(0);
            CohortPeriod {
                at: period,
                users,
                share: share(users, all),
            }
        });
        Cohort {
            at,
            users: all,
            periods: periods.collect(),
        }
    };
    Ok(starts.into_iter().map(cohort).collect())
}

/// How many, by cohort and period.
async fn cells(
    app: &App,
    asked: &cohorts::Asked,
) -> Result<BTreeMap<(Timestamp, Timestamp), i64>, store::Error> {
    let cells = cohorts::find(&app.database, asked).await?;
    let cell =
        |(cell, users): (crate::domain::cohorts::Cell, i64)| ((cell.cohort, cell.period), users);
    Ok(cells.into_iter().map(cell).collect())
}
