//! `GET /api/payments/settlements?date=` (admins): what a day has brought in and what has gone back, by method.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use revcart_http_edge::{Admin, Answer, Json, Problem, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::domain::settlement::{Day, Settlement};
use crate::store::movements;

/// Which day.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Which {
    /// The day, `2026-01-31`.
    #[garde(skip)]
    #[param(format = Date, example = "2026-01-31")]
    date: String,
    /// Where it is that day: `Z` (the default) or the time ahead of UTC, `+05:30`.
    #[garde(skip)]
    #[param(pattern = "^(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])$", example = "+05:30")]
    tz: Option<String>,
    /// As what.
    #[garde(skip)]
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// The settlement of a day
///
/// Money taken and given back between midnight and midnight, by method and currency, when it moved at its gateway (cash: when
/// it was confirmed). A table of comma-separated values with `format=csv`.
#[utoipa::path(get, path = "/api/payments/settlements", params(Which),
    responses((status = 200, description = "The settlement",
        content((Settlement = "application/json"), (String = "text/csv")))),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(which): Query<Which>,
) -> Answer<Response> {
    let day = Day::parse(&which.date, which.tz.as_deref().unwrap_or("Z"));
    let day = day.map_err(|wrong| Problem::invalid(wrong.field, wrong.message))?;
    let (from, until) = (day.from(), day.until());
    let sums = movements::between(app.database.read(), from, until).await?;
    let settlement = Settlement::of(&day, &sums).map_err(|error| Problem::internal(&error))?;
    Ok(match which.format {
        Format::Json => Json(settlement).into_response(),
        Format::Csv => table(&settlement),
    })
}

fn table(settlement: &Settlement) -> Response {
    let name = format!("attachment; filename=\"{}\"", settlement.file_name());
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    (headers, settlement.table()).into_response()
}
