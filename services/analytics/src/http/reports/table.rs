//! A table, as JSON objects or as CSV (RFC 4180).
//!
//! A spreadsheet runs a cell that begins like a formula, and names of products are what anybody typed: such text is written
//! with an apostrophe in front, which spreadsheets take for "this is text". Numbers are written by us and stay numbers.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use shared_events::Money;

/// Rows under named columns.
#[derive(Debug)]
pub(crate) struct Table {
    columns: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// Text, from wherever.
    Text(String),
    /// A number.
    Count(i64),
    /// An amount; in CSV without its currency, which has a column of its own.
    Amount(Money),
    /// A part of a whole.
    Share(Option<f64>),
}

impl Table {
    /// A table; each row has a cell for each column.
    pub(crate) fn new(columns: &'static [&'static str], rows: Vec<Vec<Cell>>) -> Self {
        Self { columns, rows }
    }

    /// As CSV, with a line of names first.
    pub(crate) fn csv(&self) -> String {
        let mut csv = self.columns.join(",");
        csv.push_str("\r\n");
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(Cell::csv).collect();
            csv.push_str(&cells.join(","));
            csv.push_str("\r\n");
        }
        csv
    }
}

impl Cell {
    fn csv(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Count(count) => count.to_string(),
            Self::Amount(amount) => amount.amount().to_string(),
            Self::Share(Some(share)) => share.to_string(),
            Self::Share(None) => String::new(),
        }
    }
}

fn quoted(text: &str) -> String {
    let guard = if is_formula(text) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Whether a spreadsheet might run it; some skip blanks first, some know full-width signs.
fn is_formula(text: &str) -> bool {
    let signs = [
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ];
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(signs)
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in &self.rows {
            rows.serialize_element(&Row(self.columns, row))?;
        }
        rows.end()
    }
}

struct Row<'a>(&'static [&'static str], &'a [Cell]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (column, cell) in self.0.iter().zip(self.1) {
            object.serialize_entry(column, cell)?;
        }
        object.end()
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Count(count) => count.serialize(serializer),
            Self::Amount(amount) => amount.serialize(serializer),
            Self::Share(share) => share.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared_events::Currency;

    use super::*;

    #[test]
    fn text_that_a_spreadsheet_would_run_is_marked_as_text() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1",
        ] {
            let csv = Cell::Text(formula.to_owned()).csv();
            assert_eq!(csv, format!("\"'{formula}\""));
        }
        for harmless in ["kettle", "a=b", "1-2", ""] {
            let csv = Cell::Text(harmless.to_owned()).csv();
            assert_eq!(csv, format!("\"{harmless}\""));
        }
    }

    #[test]
    fn text_cannot_leave_its_cell_and_numbers_stay_numbers() {
        let rows = vec![vec![
            Cell::Text("a\",\"=b\r\nc".to_owned()),
            Cell::Amount(Money::from_minor(-150, Currency::INR)),
            Cell::Share(Some(0.25)),
            Cell::Share(None),
            Cell::Count(-3),
        ]];
        let table = Table::new(&["text", "amount", "share", "none", "count"], rows);
        let expected = "text,amount,share,none,count\r\n\"a\"\",\"\"=b\r\nc\",-1.50,0.25,,-3\r\n";
        assert_eq!(table.csv(), expected);
        let json = serde_json::to_value(&table).unwrap();
        assert_eq!(json[0]["amount"]["amount"], "-1.50");
        assert_eq!(json[0]["none"], serde_json::Value::Null);
    }
}
