//! `GET /api/analytics/dashboard` (admin): how it goes. As many rows are read in the tenth year as on the first day.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json};
use serde::Serialize;
use shared_events::Timestamp;

use super::answers::{Day, Funnel, Point, Sales, Summary, TopProduct, points, top_products};
use crate::app::App;
use crate::domain::grain::Grain;
use crate::domain::period::Period;
use crate::store::figures;
use crate::store::product_days::Rank;

const MINUTES: i64 = 60;
const PRODUCTS: u32 = 10;

/// `ever` counts everything there ever was; `minutes` are the latest, the one that is not over included.
#[derive(Serialize)]
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

pub(super) async fn handle(State(app): State<App>, _: Admin) -> Answer<Json<Dashboard>> {
    let (database, now) = (&app.database, app.clock.now());
    let days = Period::last(Grain::Day, 2, now);
    let mut by_day = figures::series(database, &days).await?;
    let today = Period::last(Grain::Day, 1, now);
    let figures_today = by_day.remove(&today.from()).unwrap_or_default();
    let figures_yesterday = by_day.remove(&days.from()).unwrap_or_default();
    let last_hour = Period::last(Grain::Minute, MINUTES, now);
    let by_minute = figures::series(database, &last_hour).await?;
    let ever = figures::ever(database).await?;
    Ok(Json(Dashboard {
        as_of: now,
        today: Day::from(&figures_today),
        yesterday: Day::from(&figures_yesterday),
        ever: Summary::from(&ever),
        funnel: Funnel::from(&figures_today),
        top_products: top_products(&app, &today, Rank::Revenue, PRODUCTS).await?,
        minutes: points(&last_hour, &by_minute, |figures| Sales::from(figures)),
    }))
}
