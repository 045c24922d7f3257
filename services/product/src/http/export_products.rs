//! `GET /api/products/export.csv` (admin): the catalogue as a table, written as it is read.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use revcart_http_edge::{Admin, Answer, Problem};
use shared_events::ProductId;

use crate::app::App;
use crate::domain::sheet::{self, COLUMNS};
use crate::store::sheet::{self as store, Line};

/// Products read at a time.
const PAGE: u64 = 200;

/// Why a table breaks off.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The catalogue as a table. A cell that a spreadsheet would take for a formula begins with an apostrophe, which an import takes
/// away again.
#[utoipa::path(get, path = "/api/products/export.csv", security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/csv", description = "sku, name, description, category, price, stock, lowStockThreshold")))]
pub(super) async fn handle(State(app): State<App>, _: Admin) -> Answer<Response> {
    // The first page before anything is answered: what cannot be read at all is a problem, not a table that breaks off.
    let first = page(&app, None).await.map_err(|error| {
        tracing::warn!(%error, "the catalogue cannot be exported");
        Problem::unavailable("the catalogue cannot be read")
    })?;
    let header = cells(COLUMNS).map_err(|error| Problem::internal(&*error))?;
    let rest = stream::try_unfold((Some(first), app), |(next, app)| async move {
        let Some((text, last)) = next else {
            return Ok::<_, Broken>(None);
        };
        let next = match last {
            Some(last) => Some(page(&app, Some(last)).await?),
            None => None,
        };
        Ok(Some((text, (next, app))))
    });
    let whole = futures::StreamExt::chain(stream::iter([Ok(header)]), rest);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"products.csv\""),
    ];
    Ok((headers, Body::from_stream(whole)).into_response())
}

/// A page as text, and after which product the next one begins, if there is one.
async fn page(app: &App, after: Option<ProductId>) -> Result<(Vec<u8>, Option<ProductId>), Broken> {
    let lines = store::page(app.database.read(), after, PAGE).await?;
    let is_full = lines.len() as u64 == PAGE;
    let last = lines.last().map(|line| ProductId::from_uuid(line.id));
    let mut text = Vec::new();
    for line in &lines {
        text.extend(row(line)?);
    }
    Ok((text, last.filter(|_| is_full)))
}

fn row(line: &Line) -> Result<Vec<u8>, Broken> {
    let (price, stock) = (line.price()?, line.on_hand.to_string());
    let low_at = line.low_at.to_string();
    let category = line.category.as_deref().unwrap_or_default();
    cells([
        &line.sku,
        &line.name,
        &line.description,
        category,
        &price,
        &stock,
        &low_at,
    ])
}

fn cells(cells: [&str; 7]) -> Result<Vec<u8>, Broken> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells.map(sheet::written).iter().map(|cell| cell.as_bytes()))?;
    Ok(writer.into_inner()?)
}
