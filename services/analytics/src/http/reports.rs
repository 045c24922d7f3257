//! The reports: each a table of one row per day or product, as JSON or CSV.

pub(super) mod conversion;
pub(super) mod daily_sales;
pub(super) mod products;
mod table;
pub(super) mod users;

pub(super) use table::{Cell, Table};

use shared_events::Timestamp;

/// `2026-01-31`
fn day(at: Timestamp) -> Cell {
    Cell::Text(at.to_utc().date().to_string())
}
