//! Carts given up and recovered, a row per day; amounts are in the shop's own currency.

use revcart_http_edge::Answer;
use shared_events::Timestamp;

use super::{Cell, Table, local_day};
use crate::app::App;
use crate::domain::calendar::Span;
use crate::domain::figures::Figures;
use crate::domain::measure::Measure;
use crate::http::abandonment::Abandonment;
use crate::store::figures;

const COLUMNS: &[&str] = &[
    "day",
    "currency",
    "abandoned",
    "value",
    "ordered",
    "rate",
    "recovered",
    "recoveredValue",
    "recoveryRate",
];

pub(in crate::http) async fn table(app: &App, span: &Span) -> Answer<Table> {
    let parts = figures::of_span(&app.database, span).await?;
    let own = app.config.currency;
    let row = |(at, figures): (Timestamp, &Figures)| {
        let carts = Abandonment::from(figures);
        vec![
            local_day(span, at),
            Cell::Text(own.to_string()),
            Cell::Count(carts.abandoned),
            Cell::Amount(figures.money_in(Measure::CartsAbandoned, own)),
            Cell::Count(carts.ordered),
            Cell::Share(carts.rate),
            Cell::Count(carts.recovered),
            Cell::Amount(figures.money_in(Measure::CartsRecovered, own)),
            Cell::Share(carts.recovery_rate),
        ]
    };
    Ok(Table::new(
        COLUMNS,
        span.starts().zip(&parts).map(row).collect(),
    ))
}
