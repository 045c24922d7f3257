//! How many of those who look buy in the end, a row per day.

use revcart_http_edge::Answer;

use super::{Cell, Table, day};
use crate::app::App;
use crate::domain::figures::Figures;
use crate::domain::funnel::{Funnel, share};
use crate::domain::period::Period;
use crate::store::figures;

const COLUMNS: &[&str] = &[
    "day",
    "viewed",
    "carted",
    "ordered",
    "paid",
    "abandoned",
    "viewedToCarted",
    "cartedToOrdered",
    "orderedToPaid",
    "viewedToPaid",
];

pub(in crate::http) async fn table(app: &App, period: &Period) -> Answer<Table> {
    let series = figures::series(&app.database, period).await?;
    let nothing = Figures::default();
    let row = |at| {
        let funnel = Funnel::of(series.get(&at).unwrap_or(&nothing));
        vec![
            day(at),
            Cell::Count(funnel.viewed),
            Cell::Count(funnel.carted),
            Cell::Count(funnel.ordered),
            Cell::Count(funnel.paid),
            Cell::Count(funnel.abandoned),
            Cell::Share(share(funnel.carted, funnel.viewed)),
            Cell::Share(share(funnel.ordered, funnel.carted)),
            Cell::Share(share(funnel.paid, funnel.ordered)),
            Cell::Share(share(funnel.paid, funnel.viewed)),
        ]
    };
    Ok(Table::new(COLUMNS, period.starts().map(row).collect()))
}
