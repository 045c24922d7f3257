//! `GET /api/analytics/products/top?from=&to=&by=revenue|units|views&limit=` (admin): the best products of some days.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, PageRequest, Query};
use serde::{Deserialize, Serialize};

use super::answers::{TopProduct, top_products};
use super::periods::{self, Asked, MOST_PRODUCT_DAYS, Moment};
use crate::app::App;
use crate::store::product_days::Rank;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    #[garde(skip)]
    from: Option<Moment>,
    #[garde(skip)]
    to: Option<Moment>,
    #[serde(default)]
    #[garde(skip)]
    by: By,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum By {
    #[default]
    Revenue,
    Units,
    Views,
}

#[derive(Serialize)]
pub(super) struct Top {
    #[serde(flatten)]
    asked: Asked,
    items: Vec<TopProduct>,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(Parameters { from, to, by }): Query<Parameters>,
    page: PageRequest,
) -> Answer<Json<Top>> {
    let period = periods::days(from, to, app.clock.now(), MOST_PRODUCT_DAYS)?;
    let rank = match by {
        By::Revenue => Rank::Revenue,
        By::Units => Rank::Units,
        By::Views => Rank::Views,
    };
    Ok(Json(Top {
        asked: period.into(),
        items: top_products(&app, &period, rank, page.limit).await?,
    }))
}
