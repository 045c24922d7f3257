//! `GET /api/analytics/reports/{daily-sales,products,users,conversion,abandonment,cohorts}?from=&to=&timeZone=&format=json|csv`
//! (admin): tables to take away.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use revcart_http_edge::{Admin, Answer, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use shared_events::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::periods::{self, Asked, InZone, MOST_DAYS, MOST_PRODUCT_DAYS, Moment};
use super::reports::{Table, abandonment, cohorts, conversion, daily_sales, products, users};
use crate::app::App;
use crate::domain::calendar::{Bucket, Span, Zone};
use crate::domain::grain::Grain;
use crate::domain::period::Period;

/// The most cohorts in a report.
const MOST_COHORTS: i64 = 60;

#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Report {
    DailySales,
    Products,
    Users,
    Conversion,
    Abandonment,
    Cohorts,
}

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct ReportParameters {
    /// A day or a moment; its day is the first.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<Moment>,
    /// A day or a moment; days that begin then or later are not in.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-02-01")]
    to: Option<Moment>,
    /// A zone of the IANA database, for `daily-sales` and `abandonment`; the others are of days of UTC.
    #[serde(default)]
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "Asia/Kolkata")]
    time_zone: InZone,
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    format: Format,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// A report: objects with a value for each column.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportTable)]
struct Body {
    report: Report,
    #[serde(flatten)]
    asked: Asked,
    #[schema(value_type = Vec<std::collections::BTreeMap<String, serde_json::Value>>)]
    rows: Table,
}

/// A table to take away
///
/// As JSON, or as CSV with a line of names first; text that a spreadsheet would run is marked as text.
#[utoipa::path(
    get,
    path = "/api/analytics/reports/{report}",
    params(("report" = Report, Path), ReportParameters),
    responses((status = 200, description = "The table", content(
        (Body = "application/json"),
        (String = "text/csv"),
    ))),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(report): Path<Report>,
    Query(asked): Query<ReportParameters>,
) -> Answer<Response> {
    let format = asked.format;
    let (asked, rows) = table(&app, report, asked).await?;
    Ok(match format {
        Format::Csv => attachment(&file_name(report, &asked), rows.csv()),
        Format::Json => Json(Body {
            report,
            asked,
            rows,
        })
        .into_response(),
    })
}

async fn table(app: &App, report: Report, asked: ReportParameters) -> Answer<(Asked, Table)> {
    let now = app.clock.now();
    Ok(match report {
        Report::DailySales => {
            let span = asked.span(now)?;
            (Asked::from(&span), daily_sales::table(app, &span).await?)
        }
        Report::Abandonment => {
            let span = asked.span(now)?;
            (Asked::from(&span), abandonment::table(app, &span).await?)
        }
        Report::Products => {
            let period = asked.period(Grain::Day, now, MOST_PRODUCT_DAYS)?;
            (period.into(), products::table(app, &period).await?)
        }
        Report::Users => {
            let period = asked.period(Grain::Day, now, MOST_DAYS)?;
            (period.into(), users::table(app, &period).await?)
        }
        Report::Conversion => {
            let period = asked.period(Grain::Day, now, MOST_DAYS)?;
            (period.into(), conversion::table(app, &period).await?)
        }
        Report::Cohorts => {
            let period = asked.period(Grain::Week, now, MOST_COHORTS)?;
            (period.into(), cohorts::table(app, &period).await?)
        }
    })
}

impl ReportParameters {
    fn span(&self, now: Timestamp) -> Answer<Span> {
        let span = periods::span(Bucket::Day, &self.time_zone, (self.from, self.to), now)?;
        if span.starts().count() as i64 > MOST_DAYS {
            let most = format!("must be later: a report has at most {MOST_DAYS} days");
            return Err(Problem::invalid("from", most));
        }
        Ok(span)
    }

    fn period(&self, grain: Grain, now: Timestamp, most: i64) -> Answer<Period> {
        if self.time_zone.0 != Zone::default() {
            let refused = "must be UTC: this report counts people or products by days of UTC";
            return Err(Problem::invalid("timeZone", refused));
        }
        periods::period(grain, (self.from, self.to), now, most)
    }
}

impl Report {
    fn name(self) -> &'static str {
        match self {
            Self::DailySales => "daily-sales",
            Self::Products => "products",
            Self::Users => "users",
            Self::Conversion => "conversion",
            Self::Abandonment => "abandonment",
            Self::Cohorts => "cohorts",
        }
    }
}

fn file_name(report: Report, asked: &Asked) -> String {
    let day = asked.begins().to_utc().date();
    format!("{}-from-{day}.csv", report.name())
}

fn attachment(file_name: &str, csv: String) -> Response {
    let disposition = format!("attachment; filename=\"{file_name}\"");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    (headers, csv).into_response()
}
