//! What several endpoints answer with.

use std::collections::BTreeMap;

use revcart_http_edge::Answer;
use serde::Serialize;
use shared_events::{Money, ProductId, Timestamp};

use crate::app::App;
use crate::domain::figures::{self, Figures};
use crate::domain::funnel::{self, share};
use crate::domain::measure::Measure;
use crate::domain::period::Period;
use crate::store::product_days::{self, Best, Rank};
use crate::store::products;

/// Money taken, given back and left, in one currency.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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

/// How far shoppers got.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Debug, Serialize)]
pub(super) struct Point<T> {
    at: Timestamp,
    #[serde(flatten)]
    value: T,
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
pub(super) fn total(series: &BTreeMap<Timestamp, Figures>) -> Figures {
    let mut total = Figures::default();
    for figures in series.values() {
        total.add_all(figures);
    }
    total
}

/// A product in a list of the best.
#[derive(Debug, Serialize)]
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
    limit: u32,
) -> Answer<Vec<TopProduct>> {
    let (database, currency) = (&app.database, app.config.currency);
    let best = Best {
        period: *period,
        currency,
        rank,
        limit,
    };
    let top = product_days::top(database, &best).await?;
    let ids: Vec<_> = top.iter().map(|(product, _)| *product).collect();
    let mut labels = products::labels(database, &ids).await?;
    let product = |(product_id, sales): (_, crate::domain::tally::Sales)| {
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
