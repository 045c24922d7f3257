//! `GET /api/analytics/abandonment?from=&to=&bucket=&timeZone=` (admin): carts given up, and those of which an order was made
//! after all.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Query};
use serde::Serialize;
use shared_events::Money;
use utoipa::ToSchema;

use super::answers::{LocalPoint, local_points, total};
use super::periods::{Asked, Bucket, Buckets};
use crate::app::App;
use crate::domain::figures::Figures;
use crate::domain::funnel::share;
use crate::domain::measure::Measure;
use crate::store::figures;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AbandonmentCourse {
    #[serde(flatten)]
    asked: Asked,
    bucket: Bucket,
    time_zone: String,
    total: Abandonment,
    points: Vec<LocalPoint<Abandonment>>,
}

/// Carts given up in some time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct Abandonment {
    /// Carts given up.
    pub(in crate::http) abandoned: i64,
    /// What lay in them, by currency.
    pub(in crate::http) value: Vec<Money>,
    /// Orders placed.
    pub(in crate::http) ordered: i64,
    /// Carts given up among all that were given up or ordered.
    pub(in crate::http) rate: Option<f64>,
    /// Carts given up in this time of which an order was made within 30 days.
    pub(in crate::http) recovered: i64,
    /// What those orders came to, by currency.
    pub(in crate::http) recovered_value: Vec<Money>,
    /// Carts recovered among those given up.
    pub(in crate::http) recovery_rate: Option<f64>,
}

/// Carts given up over time
///
/// A cart that is ordered within 30 days counts as recovered, for the time when it was given up: the figures of a month may
/// still improve in the next.
#[utoipa::path(
    get,
    path = "/api/analytics/abandonment",
    params(Buckets),
    responses((status = 200, body = AbandonmentCourse, description = "The course of carts given up")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(buckets): Query<Buckets>,
) -> Answer<Json<AbandonmentCourse>> {
    let span = buckets.span(app.clock.now())?;
    let parts = figures::of_span(&app.database, &span).await?;
    Ok(Json(AbandonmentCourse {
        asked: Asked::from(&span),
        bucket: buckets.bucket,
        time_zone: span.zone().name().to_owned(),
        total: Abandonment::from(&total(&parts)),
        points: local_points(&span, &parts, |part| Abandonment::from(part)),
    }))
}

impl From<&Figures> for Abandonment {
    fn from(figures: &Figures) -> Self {
        let abandoned = figures.count(Measure::CartsAbandoned);
        let ordered = figures.count(Measure::OrdersPlaced);
        let recovered = figures.count(Measure::CartsRecovered);
        Self {
            abandoned,
            value: figures.money(Measure::CartsAbandoned),
            ordered,
            rate: share(abandoned, abandoned.saturating_add(ordered)),
            recovered,
            recovered_value: figures.money(Measure::CartsRecovered),
            recovery_rate: share(recovered, abandoned),
        }
    }
}
