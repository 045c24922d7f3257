//! What was measured, as a table and as JSON.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table};
use serde::Serialize;

/// All of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figures {
    pub(crate) ceiling: Ceiling,
    pub(crate) orders: Orders,
    /// Completed orders for each durable transaction of one row.
    pub(crate) ratio_to_ceiling: f64,
    pub(crate) checkouts: Checkouts,
    pub(crate) browsing: Browsing,
    pub(crate) memory: Memory,
    pub(crate) starts: Starts,
}

/// Durable transactions per second of the database alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ceiling {
    pub(crate) one_row: f64,
    pub(crate) four_rows: f64,
}

/// Orders as fast as they go: accepted, reserved, paid, assigned, confirmed, and every event of them handled.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Orders {
    pub(crate) shoppers: u32,
    pub(crate) completed: u64,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    /// The part of the seconds after the last shopper had gone.
    pub(crate) drain_seconds: f64,
    /// Processor time of the system for one order, in milliseconds.
    pub(crate) processor_ms_each: f64,
    /// What the audit that found nothing looked at.
    pub(crate) audited: BTreeMap<String, u64>,
}

/// From checkout to its end, at a rate that leaves room.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checkouts {
    pub(crate) rate_wanted: f64,
    pub(crate) rate_reached: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Lists of twenty products.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Browsing {
    pub(crate) connections: u32,
    pub(crate) per_second: f64,
}

/// Resident memory.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Memory {
    pub(crate) idle_mib: f64,
    pub(crate) under_load_mib: f64,
}

/// From the start of the process to its first answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Starts {
    pub(crate) fresh_seconds: f64,
    pub(crate) again_seconds: f64,
}

impl Figures {
    /// For reading, and for pasting into a README.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::ASCII_MARKDOWN);
        table.set_header(["measured", "figure", "unit"]);
        for (what, figure, unit) in self.rows() {
            table.add_row([what, figure, unit.to_owned()]);
        }
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    fn rows(&self) -> Vec<Row> {
        let audited = self.orders.audited.iter();
        let audited: Vec<_> = audited
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        let audited = format!("  audited, nothing found: {}", audited.join(", "));
        let mut rows = self.ceiling.rows();
        rows.extend(self.orders.rows());
        rows.push(row(
            "  for each raw transaction of one row",
            self.ratio_to_ceiling,
            3,
            "orders",
        ));
        rows.push(row(&audited, self.orders.completed as f64, 0, "orders"));
        rows.extend(self.checkouts.rows());
        rows.extend(self.browsing.rows());
        rows.extend(self.memory.rows());
        rows.extend(self.starts.rows());
        rows
    }
}

/// What, how much, of what unit.
type Row = (String, String, &'static str);

fn row(what: &str, figure: f64, digits: usize, unit: &'static str) -> Row {
    (what.to_owned(), format!("{figure:.digits$}"), unit)
}

impl Ceiling {
    fn rows(&self) -> Vec<Row> {
        let unit = "transactions/s";
        vec![
            row(
                "raw database, one row per durable transaction",
                self.one_row,
                0,
                unit,
            ),
            row(
                "raw database, four rows per durable transaction",
                self.four_rows,
                0,
                unit,
            ),
        ]
    }
}

impl Orders {
    fn rows(&self) -> Vec<Row> {
        let completed = format!("completed orders, {} shoppers", self.shoppers);
        let drained = "  from the last checkout until every event was handled";
        vec![
            row(&completed, self.per_second, 1, "orders/s"),
            row(drained, self.drain_seconds, 2, "s"),
            row(
                "  processor time of the system",
                self.processor_ms_each,
                2,
                "ms/order",
            ),
        ]
    }
}

impl Checkouts {
    fn rows(&self) -> Vec<Row> {
        let (reached, wanted) = (self.rate_reached, self.rate_wanted);
        let at =
            format!("checkout to its end, at {reached:.1} orders/s (of {wanted:.1} wanted), p50");
        vec![
            row(&at, self.p50_ms, 1, "ms"),
            row("  p95", self.p95_ms, 1, "ms"),
            row("  p99", self.p99_ms, 1, "ms"),
        ]
    }
}

impl Browsing {
    fn rows(&self) -> Vec<Row> {
        let lists = format!("lists of 20 products, {} connections", self.connections);
        vec![row(&lists, self.per_second, 0, "requests/s")]
    }
}

impl Memory {
    fn rows(&self) -> Vec<Row> {
        vec![
            row("memory, idle", self.idle_mib, 1, "MiB"),
            row("memory, most under load", self.under_load_mib, 1, "MiB"),
        ]
    }
}

impl Starts {
    fn rows(&self) -> Vec<Row> {
        vec![
            row(
                "start to first answer, fresh folder",
                self.fresh_seconds,
                3,
                "s",
            ),
            row("start to first answer, again", self.again_seconds, 3, "s"),
        ]
    }
}
