//! `POST /api/products/import` (admin): products from a table, by sku: new ones are created, those that exist are changed. Each
//! line has its own outcome; a line that is refused keeps no other from its own.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::State;
use csv::{ByteRecord, ReaderBuilder};
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Json, Problem, Query, RequestCause};
use serde::{Deserialize, Serialize};
use shared_events::Currency;
use utoipa::{IntoParams, ToSchema};

use super::sent::Sent;
use crate::app::App;
use crate::domain::sheet::{self, COLUMNS, Refusal, Row};
use crate::domain::tree::Tree;
use crate::store;

mod batch;

/// The largest table, in bytes.
pub(super) const LARGEST: usize = 10 * 1024 * 1024;
/// The longest table, in lines.
const MOST_LINES: usize = 50_000;
/// Lines written in one transaction.
const BATCH: usize = 100;

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Tells what would come of it, and changes nothing.
    #[serde(default)]
    #[garde(skip)]
    dry_run: bool,
}

/// What came of a table.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportReport)]
pub(super) struct Report {
    dry_run: bool,
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: usize,
    lines: Vec<Line>,
}

/// What came of a line.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportLine)]
struct Line {
    /// Its number in the file, the header being 1.
    line: u64,
    sku: String,
    outcome: Outcome,
    errors: Vec<CellError>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ImportOutcome)]
enum Outcome {
    Created,
    Updated,
    Unchanged,
    Refused,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportError)]
struct CellError {
    field: String,
    message: String,
}

/// A line that can be written.
#[derive(Debug, Clone)]
struct Numbered {
    line: u64,
    row: Row,
}

/// The lines that are refused at once, and those that can be written.
type Read = (Vec<Line>, Vec<Numbered>);

/// Products from a table (CSV with a header, UTF-8), by sku: new ones are created, those that exist are changed. A cell that is empty
/// leaves what is there; `stock` is for new products only.
#[utoipa::path(post, path = "/api/products/import", security(("bearer" = [])), params(Parameters),
    request_body(content = String, content_type = "text/csv", description = "At most 10 MiB and 50,000 lines",
        example = "sku,name,description,category,price,stock,lowStockThreshold\nKET-1,Steel Kettle,Boils 1.7 l.,,1299.00,20,5\n"),
    responses((status = 200, body = Report, description = "What came of each line")))]
pub(super) async fn handle(
    State(app): State<App>,
    Admin(identity): Admin,
    Query(parameters): Query<Parameters>,
    RequestCause(cause): RequestCause,
    sent: Sent,
) -> Answer<Json<Report>> {
    expect_csv(&sent)?;
    let tree = store::categories::tree(app.database.read()).await?;
    let (mut lines, rows) = read_apart(sent.body, tree, app.config.currency).await?;
    let actor = identity.scope();
    for batch in rows.chunks(BATCH) {
        let work = batch::Work {
            app: app.clone(),
            rows: batch.to_vec(),
            dry_run: parameters.dry_run,
            actor: actor.clone(),
            cause: cause.clone(),
        };
        lines.extend(written(work).await?);
    }
    lines.sort_by_key(|line| line.line);
    let count = |outcome| lines.iter().filter(|line| line.outcome == outcome).count();
    Ok(Json(Report {
        dry_run: parameters.dry_run,
        created: count(Outcome::Created),
        updated: count(Outcome::Updated),
        unchanged: count(Outcome::Unchanged),
        refused: count(Outcome::Refused),
        lines,
    }))
}

/// A batch, or the refusal of all of it if somebody else has changed one of its products meanwhile.
async fn written(work: batch::Work) -> Answer<Vec<Line>> {
    let rows = work.rows.clone();
    let database = work.app.database.clone();
    let write = database.write(work, |unit, work| Box::pin(batch::write(unit, work)));
    match write.await {
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            let refused = |row: Numbered| {
                let message = "was changed by somebody else in the meantime: import it again";
                let refusal = Refusal {
                    column: "sku",
                    message: message.to_owned(),
                };
                Line::refused(row.line, row.row.sku.to_string(), vec![refusal])
            };
            Ok(rows.into_iter().map(refused).collect())
        }
        written => written,
    }
}

fn expect_csv(sent: &Sent) -> Answer<()> {
    let kind = sent.content_type().split(';').next();
    if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv")) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "the body must be text/csv",
    ))
}

/// Reads a table off the threads that answer requests: a large one takes long.
async fn read_apart(body: Bytes, tree: Tree, currency: Currency) -> Answer<Read> {
    tokio::task::spawn_blocking(move || read(&body, &tree, currency))
        .await
        .map_err(|error| Problem::internal(&error))?
}

fn read(body: &[u8], tree: &Tree, currency: Currency) -> Answer<Read> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(body);
    let malformed = |error: csv::Error| Problem::bad_request("MALFORMED_CSV", error.to_string());
    let columns = columns(reader.byte_headers().map_err(malformed)?)?;
    let (mut refused, mut rows) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(malformed)? {
        if refused.len() + rows.len() >= MOST_LINES {
            let detail = format!("a table has at most {MOST_LINES} lines");
            return Err(Problem::unprocessable("TOO_MANY_LINES", detail));
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |name: &'static str| {
            let at = columns.iter().position(|column| *column == name)?;
            Some(String::from_utf8_lossy(record.get(at)?).into_owned())
        };
        let sku = cell("sku").unwrap_or_default();
        match parsed(&record, &columns, tree, currency) {
            Ok(row) if seen.insert(row.sku.clone()) => rows.push(Numbered { line, row }),
            Ok(_) => {
                let message = "stands in an earlier line already".to_owned();
                let column = "sku";
                refused.push(Line::refused(line, sku, vec![Refusal { column, message }]));
            }
            Err(refusals) => refused.push(Line::refused(line, sku, refusals)),
        }
    }
    Ok((refused, rows))
}

/// The columns that the header names.
fn columns(header: &ByteRecord) -> Answer<Vec<&'static str>> {
    let mut columns = Vec::new();
    for name in header {
        let name = String::from_utf8_lossy(name);
        let known = COLUMNS.into_iter().find(|column| *column == name.trim());
        let Some(known) = known.filter(|known| !columns.contains(known)) else {
            let detail = format!("the column {name:?} is not known, or named twice");
            return Err(Problem::unprocessable("UNKNOWN_COLUMN", detail));
        };
        columns.push(known);
    }
    if columns.contains(&"sku") {
        return Ok(columns);
    }
    let detail = "the header must name the column sku";
    Err(Problem::unprocessable("UNKNOWN_COLUMN", detail))
}

fn parsed(
    record: &ByteRecord,
    columns: &[&'static str],
    tree: &Tree,
    currency: Currency,
) -> Result<Row, Vec<Refusal>> {
    let whole = |message: String| {
        vec![Refusal {
            column: "",
            message,
        }]
    };
    if record.len() != columns.len() {
        let (has, wants) = (record.len(), columns.len());
        return Err(whole(format!("has {has} cells, the header {wants}")));
    }
    let cells: Result<Vec<&str>, _> = record.iter().map(std::str::from_utf8).collect();
    let cells = cells.map_err(|_| whole("is not UTF-8".to_owned()))?;
    let cell = |name: &'static str| {
        let at = columns.iter().position(|column| *column == name)?;
        cells.get(at).copied()
    };
    sheet::parse(cell, tree, currency)
}

impl Line {
    fn refused(line: u64, sku: String, refusals: Vec<Refusal>) -> Self {
        let error = |refusal: Refusal| CellError {
            field: refusal.column.to_owned(),
            message: refusal.message,
        };
        Self {
            line,
            sku,
            outcome: Outcome::Refused,
            errors: refusals.into_iter().map(error).collect(),
        }
    }

    fn done(row: &Numbered, outcome: Outcome) -> Self {
        Self {
            line: row.line,
            sku: row.row.sku.to_string(),
            outcome,
            errors: vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn others_have_their_turn_while_a_large_table_is_read() {
        let line = |number: usize| format!("SKU-{number},Kettle,12.50,5\n");
        let mut table = String::from("sku,name,price,stock\n");
        table.extend((0..MOST_LINES).map(line));
        let mut reading = Box::pin(read_apart(table.into(), Tree::default(), Currency::INR));
        assert!((&mut reading).now_or_never().is_none());
        let (refused, rows) = reading.await.unwrap();
        assert_eq!((refused.len(), rows.len()), (0, MOST_LINES));
    }
}
