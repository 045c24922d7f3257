//! Who came, a row per day.

use revcart_http_edge::Answer;

use super::{Cell, Table, day};
use crate::app::App;
use crate::domain::figures::Figures;
use crate::domain::measure::Measure;
use crate::domain::period::Period;
use crate::store::figures;

const COLUMNS: &[&str] = &["day", "usersRegistered", "activeUsers", "visitors"];

pub(in crate::http) async fn table(app: &App, period: &Period) -> Answer<Table> {
    let series = figures::series(&app.database, period).await?;
    let nothing = Figures::default();
    let row = |at| {
        let figures = series.get(&at).unwrap_or(&nothing);
        let count = |measure| Cell::Count(figures.count(measure));
        vec![
            day(at),
            count(Measure::UsersRegistered),
            count(Measure::ActiveUsers),
            count(Measure::Visitors),
        ]
    };
    Ok(Table::new(COLUMNS, period.starts().map(row).collect()))
}
