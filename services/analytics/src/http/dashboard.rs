//! `GET /api/analytics/dashboard` (admin): how it goes. As many rows are read in the tenth year as on the first day.

use std::collections::BTreeMap;

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json};
use revcart_persistence::Database;
use serde::Serialize;
use shared_events::Timestamp;
use utoipa::ToSchema;

use super::answers::{Day, Funnel, Point, Sales, Summary, TopProduct, points, top_products};
use crate::app::App;
use crate::domain::figures::Figures;
use crate::domain::grain::Grain;
use crate::domain::period::Period;
use crate::store::product_days::Rank;
use crate::store::{self, figures};

const MINUTES: i64 = 60;
const PRODUCTS: u64 = 10;

/// `ever` counts everything there ever was; `minutes` are the latest, the one that is not over included.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dashboard {
    as_of: Timestamp,
    today: Day,
    yesterday: Day,
    ever: Summary,
    funnel: Funnel,
    top_products: Vec<TopProduct>,
    minutes: Vec<Point<Sales>>,
}

/// How it goes
///
/// Today, yesterday (in UTC), ever, the last sixty minutes, today's funnel and best products.
#[utoipa::path(
    get,
    path = "/api/analytics/dashboard",
    responses((status = 200, body = Dashboard, description = "The figures of this moment")),
    security(("bearer" = []))
)]
pub(super) async fn handle(State(app): State<App>, _: Admin) -> Answer<Json<Dashboard>> {
    let now = app.clock.now();
    let Read {
        today,
        yesterday,
        last_hour,
        by_minute,
        ever,
    } = read(&app.database, now).await?;
    let this_day = Period::last(Grain::Day, 1, now);
    Ok(Json(Dashboard {
        as_of: now,
        today: Day::from(&today),
        yesterday: Day::from(&yesterday),
        ever: Summary::from(&ever),
        funnel: Funnel::from(&today),
        top_products: top_products(&app, &this_day, Rank::Revenue, PRODUCTS).await?,
        minutes: points(&last_hour, &by_minute, |figures| Sales::from(figures)),
    }))
}

/// What is read for it, besides the best products of the day.
struct Read {
    today: Figures,
    yesterday: Figures,
    last_hour: Period,
    by_minute: BTreeMap<Timestamp, Figures>,
    ever: Figures,
}

async fn read(database: &Database, now: Timestamp) -> Result<Read, store::Error> {
    let days = Period::last(Grain::Day, 2, now);
    let mut by_day = figures::series(database, &days).await?;
    let last_hour = Period::last(Grain::Minute, MINUTES, now);
    Ok(Read {
        today: by_day.remove(&Grain::Day.start(now)).unwrap_or_default(),
        yesterday: by_day.remove(&days.from()).unwrap_or_default(),
        by_minute: figures::series(database, &last_hour).await?,
        last_hour,
        ever: figures::ever(database).await?,
    })
}

#[cfg(test)]
mod tests;
