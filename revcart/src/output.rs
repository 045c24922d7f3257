//! What commands print: JSON, tables and lines. Whoever reads them may stop reading (`| head`): that is no error.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use comfy_table::presets::ASCII_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

/// The narrowest a table gets, in columns.
const NARROWEST: u16 = 60;

/// Whether somebody still reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    Reads,
    HasGone,
}

/// Prints a line, or several.
///
/// # Errors
/// When it cannot be written, but for want of a reader.
pub(crate) fn line(text: impl Display) -> io::Result<Reader> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => Ok(Reader::Reads),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::HasGone),
        Err(error) => Err(error),
    }
}

/// Prints a value as JSON for reading.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<Reader> {
    Ok(line(serde_json::to_string_pretty(value)?)?)
}

/// An empty table.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(ASCII_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    // A terminal that does not know its size says 0, and every column would be one letter wide.
    if table.width().is_some_and(|width| width < NARROWEST) {
        table.set_width(NARROWEST);
    }
    table
}

/// A time span in its largest unit: `12 s`, `3 min`, `2 h`, `5 d`.
pub(crate) fn age(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How long after the beginning: `+0.4 ms`, `+12.03 s`, `+2 min`.
pub(crate) fn offset(span: Duration) -> String {
    match span.as_micros() {
        0..1_000_000 => format!("+{:.1} ms", span.as_secs_f64() * 1_000.0),
        1_000_000..120_000_000 => format!("+{:.2} s", span.as_secs_f64()),
        _ => format!("+{}", age(span)),
    }
}

/// The word that a value has on the wire.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// The beginning of a text that is too long for a line.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        let told = [0, 59, 60, 3_599, 3_600, 86_399, 86_400]
            .map(Duration::from_secs)
            .map(age);
        assert_eq!(
            told,
            ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d"]
        );
    }

    #[test]
    fn offsets_are_as_precise_as_they_are_short() {
        let told = [0, 400, 12_300, 1_234_567, 119_999_999, 120_000_000]
            .map(Duration::from_micros)
            .map(offset);
        let expected = [
            "+0.0 ms",
            "+0.4 ms",
            "+12.3 ms",
            "+1.23 s",
            "+120.00 s",
            "+2 min",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("äöü", 2), "äö…");
        assert_eq!(shortened("äöü", 3), "äöü");
    }
}
