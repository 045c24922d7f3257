//! `GET /api/analytics/reports/{daily-sales,products,users,conversion}?from=&to=&format=json|csv` (admin): tables to take away.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use revcart_http_edge::{Admin, Answer, Json, Path, Query};
use serde::{Deserialize, Serialize};

use super::periods::{self, Asked, MOST_DAYS, MOST_PRODUCT_DAYS, Moment};
use super::reports::{Table, conversion, daily_sales, products, users};
use crate::app::App;
use crate::domain::period::Period;

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Report {
    DailySales,
    Products,
    Users,
    Conversion,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    #[garde(skip)]
    from: Option<Moment>,
    #[garde(skip)]
    to: Option<Moment>,
    #[serde(default)]
    #[garde(skip)]
    format: Format,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Format {
    #[default]
    Json,
    Csv,
}

#[derive(Serialize)]
struct Body {
    report: Report,
    #[serde(flatten)]
    asked: Asked,
    rows: Table,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(report): Path<Report>,
    Query(Parameters { from, to, format }): Query<Parameters>,
) -> Answer<Response> {
    let period = periods::days(from, to, app.clock.now(), report.most_days())?;
    let rows = match report {
        Report::DailySales => daily_sales::table(&app, &period).await?,
        Report::Products => products::table(&app, &period).await?,
        Report::Users => users::table(&app, &period).await?,
        Report::Conversion => conversion::table(&app, &period).await?,
    };
    let asked = period.into();
    Ok(match format {
        Format::Json => Json(Body {
            report,
            asked,
            rows,
        })
        .into_response(),
        Format::Csv => attachment(&file_name(report, &period), rows.csv()),
    })
}

impl Report {
    fn name(self) -> &'static str {
        match self {
            Self::DailySales => "daily-sales",
            Self::Products => "products",
            Self::Users => "users",
            Self::Conversion => "conversion",
        }
    }

    fn most_days(self) -> i64 {
        match self {
            Self::DailySales | Self::Users | Self::Conversion => MOST_DAYS,
            Self::Products => MOST_PRODUCT_DAYS,
        }
    }
}

fn file_name(report: Report, period: &Period) -> String {
    let day = period.from().to_utc().date();
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
