//! `GET /api/analytics/products/top?from=&to=&by=revenue|units|views&cursor=&limit=` (admin): the best products of some days.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Page, PageRequest, Query};
use serde::{Deserialize, Serialize};
use shared_events::ProductId;
use utoipa::{IntoParams, ToSchema};

use super::answers::{TopProduct, named};
use super::periods::{self, Asked, MOST_PRODUCT_DAYS, Moment};
use crate::app::App;
use crate::domain::grain::Grain;
use crate::store::product_days::{self, Best, Rank};

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TopParameters {
    /// A day or a moment; its day is the first.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<Moment>,
    /// A day or a moment; days that begin then or later are not in.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-02-01")]
    to: Option<Moment>,
    /// By what they are ranked.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    by: By,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum By {
    #[default]
    Revenue,
    Units,
    Views,
}

#[derive(Serialize, ToSchema)]
pub(super) struct TopProducts {
    #[serde(flatten)]
    asked: Asked,
    items: Vec<TopProduct>,
    /// What to pass as `cursor` for the next page, with the same `from`, `to` and `by`; `null` on the last.
    next: Option<String>,
}

/// The best products
///
/// By revenue, units sold or views in at most 92 days of UTC; revenue before discounts on the order.
#[utoipa::path(
    get,
    path = "/api/analytics/products/top",
    params(TopParameters, PageRequest),
    responses((status = 200, body = TopProducts, description = "The products, the best first")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(TopParameters { from, to, by }): Query<TopParameters>,
    page: PageRequest,
) -> Answer<Json<TopProducts>> {
    let period = periods::period(Grain::Day, (from, to), app.clock.now(), MOST_PRODUCT_DAYS)?;
    let rank = match by {
        By::Revenue => Rank::Revenue,
        By::Units => Rank::Units,
        By::Views => Rank::Views,
    };
    let best = Best {
        period,
        currency: app.config.currency,
        rank,
        limit: page.fetch(),
        after: page.after::<(i64, ProductId)>()?,
    };
    let top = product_days::top(&app.database, &best).await?;
    let top = Page::of(top, &page, |(product, sales)| (rank.of(sales), *product));
    Ok(Json(TopProducts {
        asked: period.into(),
        items: named(&app, top.items).await?,
        next: top.next,
    }))
}
