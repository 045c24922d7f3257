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
    pub(crate) reads: Reads,
    /// On the real backends of `localstack/stack`.
    pub(crate) servers: Servers,
}

/// Every reading route at a steady rate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reads {
    pub(crate) per_second: u32,
    pub(crate) aim_ms: f64,
    pub(crate) routes: Vec<Read>,
    /// Routes that nobody was answered on, with the answer.
    pub(crate) unmeasured: Vec<String>,
}

/// How long one route takes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Read {
    pub(crate) path: String,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Messages per second from one queue of SQS.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Queue {
    pub(crate) bare_loop: f64,
    pub(crate) consumer: f64,
    pub(crate) ratio: f64,
}

/// Eight processes and a gateway over SNS, SQS, MySQL, MongoDB and Redis.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Servers {
    pub(crate) queue: Queue,
    pub(crate) shoppers: u32,
    pub(crate) orders_per_second: f64,
    /// Of all processor time of the machine in the meantime, what its own processes used and what everything else did.
    pub(crate) processor_own_percent: f64,
    pub(crate) processor_rest_percent: f64,
    /// On MySQL, for each completed order: statements; and round trips, which are those that begin and end transactions too.
    pub(crate) statements_per_order: f64,
    pub(crate) round_trips_per_order: f64,
    pub(crate) checkouts: Checkouts,
    pub(crate) queries: Vec<Query>,
    pub(crate) large: Large,
}

/// How long one kind of request takes, one after another.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Query {
    pub(crate) what: &'static str,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
}

/// The same work on a small and on a large table of orders: medians.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Large {
    pub(crate) small_rows: u64,
    pub(crate) large_rows: u64,
    pub(crate) works: Vec<Work>,
}

/// One kind of work.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Work {
    pub(crate) what: &'static str,
    pub(crate) small_ms: f64,
    pub(crate) large_ms: f64,
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
        rows.extend(self.servers.rows());
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

impl Queue {
    fn rows(&self) -> Vec<Row> {
        let unit = "messages/s";
        vec![
            row(
                "SQS, a bare loop of receive and delete",
                self.bare_loop,
                0,
                unit,
            ),
            row("SQS, our consumer", self.consumer, 0, unit),
            row("  of the bare loop", self.ratio, 2, ""),
        ]
    }
}

impl Servers {
    fn rows(&self) -> Vec<Row> {
        let mut rows = self.queue.rows();
        let orders = format!(
            "on real backends: completed orders, {} shoppers",
            self.shoppers
        );
        let figures = [
            (orders.as_str(), self.orders_per_second, "orders/s"),
            (
                "  processor: our nine processes",
                self.processor_own_percent,
                "%",
            ),
            (
                "  processor: backends and the rest",
                self.processor_rest_percent,
                "%",
            ),
            ("  MySQL statements", self.statements_per_order, "per order"),
            (
                "  MySQL round trips",
                self.round_trips_per_order,
                "per order",
            ),
        ];
        rows.extend(figures.map(|(what, figure, unit)| row(what, figure, 1, unit)));
        rows.extend(self.checkouts.rows());
        rows.extend(self.queries.iter().flat_map(Query::rows));
        rows.extend(self.large.rows());
        rows
    }
}

impl Query {
    fn rows(&self) -> [Row; 3] {
        [
            row(&format!("{}, p50", self.what), self.p50_ms, 1, "ms"),
            row("  p95", self.p95_ms, 1, "ms"),
            row("  p99", self.p99_ms, 1, "ms"),
        ]
    }
}

impl Large {
    fn rows(&self) -> Vec<Row> {
        let (small, large) = (self.small_rows, self.large_rows);
        let of = |work: &Work| {
            let first = format!("{}, {small} orders in the table", work.what);
            [
                row(&first, work.small_ms, 1, "ms"),
                row(&format!("  {large} orders"), work.large_ms, 1, "ms"),
                row("  of the former", work.large_ms / work.small_ms, 2, ""),
            ]
        };
        self.works.iter().flat_map(of).collect()
    }
}

impl Reads {
    /// A row for each route, the slowest first.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::ASCII_MARKDOWN);
        let route = format!("route, {} requests/s each", self.per_second);
        table.set_header([
            route.as_str(),
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "p95 within the aim",
        ]);
        let mut routes: Vec<&Read> = self.routes.iter().collect();
        routes.sort_by(|one, other| other.p95_ms.total_cmp(&one.p95_ms));
        for read in routes {
            let times = [read.p50_ms, read.p95_ms, read.p99_ms].map(|time| format!("{time:.1}"));
            let within = if read.p95_ms <= self.aim_ms {
                "yes"
            } else {
                "no"
            };
            table.add_row([&[read.path.clone()][..], &times, &[within.to_owned()]].concat());
        }
        table
    }
}
