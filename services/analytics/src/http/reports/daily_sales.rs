//! Orders and money, a row per day and currency. Counts of orders stand in the row of the shop's own currency.

use revcart_http_edge::Answer;
use shared_events::Currency;

use super::{Cell, Table, local_day};
use crate::app::App;
use crate::domain::calendar::Span;
use crate::domain::figures::Figures;
use crate::domain::measure::Measure;
use crate::store::figures;

const COLUMNS: &[&str] = &[
    "day",
    "currency",
    "ordersPlaced",
    "ordersConfirmed",
    "ordersCancelled",
    "ordersDelivered",
    "orderValue",
    "captured",
    "refunded",
    "net",
];

const COUNTS: [Measure; 4] = [
    Measure::OrdersPlaced,
    Measure::OrdersConfirmed,
    Measure::OrdersCancelled,
    Measure::OrdersDelivered,
];

pub(in crate::http) async fn table(app: &App, span: &Span) -> Answer<Table> {
    let parts = figures::of_span(&app.database, span).await?;
    let own = app.config.currency;
    let mut rows = Vec::new();
    for (at, figures) in span.starts().zip(&parts) {
        for currency in currencies(figures, own) {
            let mut row = vec![local_day(span, at), Cell::Text(currency.to_string())];
            row.extend(COUNTS.map(|measure| match currency == own {
                true => Cell::Count(figures.count(measure)),
                false => Cell::Count(0),
            }));
            row.extend(money(figures, currency));
            rows.push(row);
        }
    }
    Ok(Table::new(COLUMNS, rows))
}

fn currencies(figures: &Figures, own: Currency) -> Vec<Currency> {
    let ordered = figures.money(Measure::OrdersPlaced);
    let mut others: Vec<_> = figures
        .currencies()
        .into_iter()
        .chain(ordered.into_iter().map(|money| money.currency()))
        .filter(|currency| *currency != own)
        .collect();
    others.sort_unstable();
    others.dedup();
    others.insert(0, own);
    others
}

fn money(figures: &Figures, currency: Currency) -> [Cell; 4] {
    let revenue = figures.revenue_in(currency);
    [
        figures.money_in(Measure::OrdersPlaced, currency),
        revenue.captured,
        revenue.refunded,
        revenue.net,
    ]
    .map(Cell::Amount)
}
