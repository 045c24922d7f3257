//! What several endpoints answer with.

use std::collections::BTreeMap;

use revcart_http_edge::Answer;
use serde::Serialize;
use shared_events::{Money, ProductId, Timestamp};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::calendar::Span;
use crate::domain::figures::{self, Figures};
use crate::domain::funnel::{self, share};
use crate::domain::measure::Measure;
use crate::domain::period::Period;
use crate::domain::tally;
use crate::store::product_days::{self, Best, Rank};
use crate::store::products;

/// Money taken, given back and left, in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevenueInCurrency)]
pub(super) struct Revenue {
    captured: Money,
    refunded: Money,
    net: Money,
}

impl From<figures::Revenue> for Revenue {
    fn from(revenue: figures::Revenue) -> Self {
        Self {
            captured: revenue.captured,
            refunded: revenue.refunded,
            net: revenue.net,
        }
    }
}

/// Revenue by currency.
pub(super) fn revenue(figures: &Figures) -> Vec<Revenue> {
    figures.revenue().into_iter().map(Revenue::from).collect()
}

/// Orders and money.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SalesFigures)]
pub(super) struct Sales {
    orders_placed: i64,
    orders_confirmed: i64,
    orders_cancelled: i64,
    orders_delivered: i64,
    /// Totals of the orders placed, by currency.
    order_value: Vec<Money>,
    revenue: Vec<Revenue>,
    payments_failed: i64,
}

impl From<&Figures> for Sales {
    fn from(figures: &Figures) -> Self {
        Self {
            orders_placed: figures.count(Measure::OrdersPlaced),
            orders_confirmed: figures.count(Measure::OrdersConfirmed),
            orders_cancelled: figures.count(Measure::OrdersCancelled),
            orders_delivered: figures.count(Measure::OrdersDelivered),
            order_value: figures.money(Measure::OrdersPlaced),
            revenue: revenue(figures),
            payments_failed: figures.count(Measure::PaymentsFailed),
        }
    }
}

/// Orders and money, and who came.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SummaryFigures)]
pub(super) struct Summary {
    #[serde(flatten)]
    sales: Sales,
    users_registered: i64,
    product_views: i64,
    carts_abandoned: i64,
}

impl From<&Figures> for Summary {
    fn from(figures: &Figures) -> Self {
        Self {
            sales: Sales::from(figures),
            users_registered: figures.count(Measure::UsersRegistered),
            product_views: figures.count(Measure::ProductViews),
            carts_abandoned: figures.count(Measure::CartsAbandoned),
        }
    }
}

/// How a day went.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DayFigures)]
pub(super) struct Day {
    #[serde(flatten)]
    summary: Summary,
    active_users: i64,
}

impl From<&Figures> for Day {
    fn from(figures: &Figures) -> Self {
        Self {
            summary: Summary::from(figures),
            active_users: figures.count(Measure::ActiveUsers),
        }
    }
}

/// How many people got how far: each counts once, for the step reached and for all before it. `abandoned` counts carts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FunnelFigures)]
pub(super) struct Funnel {
    viewed: i64,
    carted: i64,
    ordered: i64,
    paid: i64,
    abandoned: i64,
    viewed_to_carted: Option<f64>,
    carted_to_ordered: Option<f64>,
    ordered_to_paid: Option<f64>,
    viewed_to_paid: Option<f64>,
}

impl From<&Figures> for Funnel {
    fn from(figures: &Figures) -> Self {
        let funnel = funnel::Funnel::of(figures);
        Self {
            viewed: funnel.viewed,
            carted: funnel.carted,
            ordered: funnel.ordered,
            paid: funnel.paid,
            abandoned: funnel.abandoned,
            viewed_to_carted: share(funnel.carted, funnel.viewed),
            carted_to_ordered: share(funnel.ordered, funnel.carted),
            ordered_to_paid: share(funnel.paid, funnel.ordered),
            viewed_to_paid: share(funnel.paid, funnel.viewed),
        }
    }
}

/// One part of a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FiguresAt)]
pub(super) struct Point<T> {
    /// When it began.
    at: Timestamp,
    #[serde(flatten)]
    value: T,
}

/// One part of a period as clocks show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FiguresAtLocal)]
pub(super) struct LocalPoint<T> {
    /// When it began.
    at: Timestamp,
    /// What a clock there showed.
    #[schema(example = "2026-01-31T00:00:00+05:30")]
    local: String,
    #[serde(flatten)]
    value: T,
}

/// Every part of a span, also those in which nothing happened.
pub(super) fn local_points<T>(
    span: &Span,
    parts: &[Figures],
    value: impl Fn(&Figures) -> T,
) -> Vec<LocalPoint<T>> {
    let point = |(at, figures)| LocalPoint {
        at,
        local: span.zone().shows(at),
        value: value(figures),
    };
    span.starts().zip(parts).map(point).collect()
}

/// Every bucket of a period, also those in which nothing happened.
pub(super) fn points<T>(
    period: &Period,
    series: &BTreeMap<Timestamp, Figures>,
    value: impl Fn(&Figures) -> T,
) -> Vec<Point<T>> {
    let nothing = Figures::default();
    let point = |at| Point {
        at,
        value: value(series.get(&at).unwrap_or(&nothing)),
    };
    period.starts().map(point).collect()
}

/// What all buckets come to together.
pub(super) fn total<'a>(parts: impl IntoIterator<Item = &'a Figures>) -> Figures {
    let mut total = Figures::default();
    for figures in parts {
        total.add_all(figures);
    }
    total
}

/// A product in a list of the best.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TopProduct {
    pub(super) product_id: ProductId,
    pub(super) sku: Option<String>,
    pub(super) name: Option<String>,
    pub(super) units_sold: i64,
    pub(super) revenue: Money,
    pub(super) views: i64,
    pub(super) units_carted: i64,
}

/// The best products of a period, with their names.
pub(super) async fn top_products(
    app: &App,
    period: &Period,
    rank: Rank,
    limit: u64,
) -> Answer<Vec<TopProduct>> {
    let best = Best {
        period: *period,
        currency: app.config.currency,
        rank,
        limit,
        after: None,
    };
    let top = product_days::top(&app.database, &best).await?;
    named(app, top).await
}

/// Products with their names.
pub(super) async fn named(
    app: &App,
    top: Vec<(ProductId, tally::Sales)>,
) -> Answer<Vec<TopProduct>> {
    let (database, currency) = (&app.database, app.config.currency);
    let ids: Vec<_> = top.iter().map(|(product, _)| *product).collect();
    let mut labels = products::labels(database, &ids).await?;
    let product = |(product_id, sales): (_, tally::Sales)| {
        let (sku, name) = labels
            .remove(&product_id)
            .map(|label| (label.sku, label.name))
            .unzip();
        TopProduct {
            product_id,
            sku,
            name,
            units_sold: sales.sold,
            revenue: Money::from_minor(sales.revenue, currency),
            views: sales.views,
            units_carted: sales.carted,
        }
    };
    Ok(top.into_iter().map(product).collect())
}
