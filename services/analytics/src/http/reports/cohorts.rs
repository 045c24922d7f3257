//! Users by the week in which they registered, and how many of them were active: a row per week of each cohort.

use revcart_http_edge::Answer;

use super::{Cell, Table, day};
use crate::app::App;
use crate::domain::measure::Measure;
use crate::domain::period::Period;
use crate::http::cohorts;

/// Weeks of each cohort.
const WEEKS: u32 = 12;

const COLUMNS: &[&str] = &["cohort", "registered", "week", "at", "active", "share"];

pub(in crate::http) async fn table(app: &App, period: &Period) -> Answer<Table> {
    let cohorts = cohorts::read(app, period, Measure::ActiveUsers, WEEKS).await?;
    let mut rows = Vec::new();
    for cohort in cohorts {
        for (number, week) in (0..).zip(cohort.periods) {
            rows.push(vec![
                day(cohort.at),
                Cell::Count(cohort.users),
                Cell::Count(number),
                day(week.at),
                Cell::Count(week.users),
                Cell::Share(week.share),
            ]);
        }
    }
    Ok(Table::new(COLUMNS, rows))
}
