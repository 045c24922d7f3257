//! The reports: each a table of one row per day or product, as JSON or CSV.

pub(super) mod abandonment;
pub(super) mod cohorts;
pub(super) mod conversion;
pub(super) mod daily_sales;
pub(super) mod products;
mod table;
pub(super) mod users;

pub(super) use table::{Cell, Table};

use shared_events::Timestamp;

use crate::domain::calendar::Span;

/// `2026-01-31`, as it is there.
fn local_day(span: &Span, at: Timestamp) -> Cell {
    Cell::Text(span.zone().shows(at).chars().take(10).collect())
}

/// `2026-01-31`
fn day(at: Timestamp) -> Cell {
    Cell::Text(at.to_utc().date().to_string())
}
