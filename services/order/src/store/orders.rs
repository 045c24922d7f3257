//! Orders as rows.

use std::str::FromStr;
use std::time::Duration;

use revcart_persistence::batch;
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::pricing::Price;
use shared_events::{
    CartId, Currency, Money, OrderId, OrderStatus, PaymentMethod, PaymentToken, Timestamp, UserId,
};
use uuid::Uuid;

use super::entity::orders::{ActiveModel, Column, Entity, Model};
use super::{corrupt, to_json};
use crate::domain::{Order, OrderNumber, Outcome, Terms};

/// The constraints that a new order can break, by name and by what SQLite calls them.
pub(crate) const NUMBER_TAKEN: (&str, &str) = ("orders_number_key", "orders.number");
/// See [`NUMBER_TAKEN`].
pub(crate) const CART_TAKEN: (&str, &str) = (
    "orders_live_cart_key",
    "orders.cart_id, orders.live_cart_version",
);

/// What a list of orders is narrowed down to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Orders of this user.
    pub(crate) user: Option<UserId>,
    /// That stand there.
    pub(crate) status: Option<OrderStatus>,
    /// Of this number.
    pub(crate) number: Option<OrderNumber>,
    /// Placed then or later.
    pub(crate) from: Option<Timestamp>,
    /// Placed before then.
    pub(crate) to: Option<Timestamp>,
}

/// No order is written later than this after its id was made.
const LONGEST_CHECKOUT: Duration = Duration::from_secs(600);

/// What [`Outcome::Confirmed`] is kept as; codes of failures are kept as they are.
const CONFIRMED: &str = "CONFIRMED";

/// Adds a new order.
pub(crate) async fn insert(sql: &impl ConnectionTrait, order: &Order) -> Result<(), DbErr> {
    batch::insert(sql, [ActiveModel::from(row(order))]).await
}

/// Adds new orders.
pub(crate) async fn insert_all(sql: &impl ConnectionTrait, orders: &[Order]) -> Result<(), DbErr> {
    batch::insert(
        sql,
        orders.iter().map(|order| ActiveModel::from(row(order))),
    )
    .await
}

/// Writes what can change of orders that exist.
pub(crate) async fn save(sql: &impl ConnectionTrait, orders: &[&Order]) -> Result<(), DbErr> {
    let update = OnConflict::column(Column::Id)
        .update_columns([
            Column::LiveCartVersion,
            Column::Status,
            Column::Outcome,
            Column::PaymentToken,
            Column::History,
            Column::UpdatedAt,
            Column::Version,
        ])
        .to_owned();
    let rows = orders.iter().map(|order| ActiveModel::from(row(order)));
    batch::upsert(sql, rows, &update).await
}

/// These orders, in any order; those that do not exist are left out.
pub(crate) async fn load(sql: &impl ConnectionTrait, ids: &[OrderId]) -> Result<Vec<Order>, DbErr> {
    let ids: Vec<_> = ids.iter().map(OrderId::as_uuid).collect();
    let mut orders = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        for row in load_query(list).all(sql).await? {
            orders.push(order(row)?);
        }
    }
    Ok(orders)
}

pub(super) fn load_query(ids: Vec<Uuid>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// One order.
pub(crate) async fn find(sql: &impl ConnectionTrait, id: OrderId) -> Result<Option<Order>, DbErr> {
    Entity::find_by_id(id.as_uuid())
        .one(sql)
        .await?
        .map(order)
        .transpose()
}

/// The order that holds this version of a cart.
pub(crate) async fn holder_of_cart(
    sql: &impl ConnectionTrait,
    cart_id: CartId,
    cart_version: u32,
) -> Result<Option<OrderId>, DbErr> {
    let query = holder_query(cart_id, cart_version);
    let id: Option<Uuid> = query.into_tuple().one(sql).await?;
    Ok(id.map(OrderId::from_uuid))
}

pub(super) fn holder_query(cart_id: CartId, cart_version: u32) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::CartId.eq(cart_id.as_uuid()))
        .filter(Column::LiveCartVersion.eq(i64::from(cart_version)))
}

/// The order of this number.
pub(crate) async fn id_of_number(
    sql: &impl ConnectionTrait,
    number: OrderNumber,
) -> Result<Option<OrderId>, DbErr> {
    let id: Option<Uuid> = number_query(number).into_tuple().one(sql).await?;
    Ok(id.map(OrderId::from_uuid))
}

pub(super) fn number_query(number: OrderNumber) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Number.eq(number.to_string()))
}

/// Orders of a list, the latest first, from before the order `before` on.
pub(crate) async fn list(
    sql: &impl ConnectionTrait,
    wanted: &Wanted,
    before: Option<OrderId>,
    limit: u64,
) -> Result<Vec<Order>, DbErr> {
    let rows = list_query(wanted, before, limit).all(sql).await?;
    rows.into_iter().map(order).collect()
}

pub(super) fn list_query(wanted: &Wanted, before: Option<OrderId>, limit: u64) -> Select<Entity> {
    let mut query = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(user) = wanted.user {
        query = query.filter(Column::UserId.eq(user.as_uuid()));
    }
    if let Some(status) = wanted.status {
        query = query.filter(match wanted.user {
            None => Column::Status.eq(status.to_string()),
            // Not by the index of all orders of that status: one person has few, the shop has many.
            Some(_) => {
                Func::coalesce([Expr::col(Column::Status), Expr::val("")]).eq(status.to_string())
            }
        });
    }
    if let Some(number) = wanted.number {
        query = query.filter(Column::Number.eq(number.to_string()));
    }
    if let Some(from) = wanted.from {
        query = query
            .filter(Column::Id.gte(first_id_of(from.before(LONGEST_CHECKOUT))))
            .filter(Column::PlacedAt.gte(from.micros()));
    }
    if let Some(to) = wanted.to {
        query = query
            .filter(Column::Id.lt(first_id_of(to + Duration::from_millis(1))))
            .filter(Column::PlacedAt.lt(to.micros()));
    }
    match before {
        Some(before) => query.filter(Column::Id.lt(before.as_uuid())),
        None => query,
    }
}

/// No id that was made at this time or later is less. Ids of orders begin with when they were made ([`crate::order_ids`]),
/// shortly before the order was written, so that a list by id is one by time and needs no index of its own for it.
fn first_id_of(at: Timestamp) -> Uuid {
    let millis = u128::try_from(at.micros() / 1000).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

/// All orders by id, from after the order `after` on.
pub(crate) async fn all(
    sql: &impl ConnectionTrait,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<Order>, DbErr> {
    let rows = page_query(after, limit).all(sql).await?;
    rows.into_iter().map(order).collect()
}

pub(super) fn page_query(after: Option<OrderId>, limit: u64) -> Select<Entity> {
    let query = Entity::find().order_by_asc(Column::Id).limit(limit);
    match after {
        Some(after) => query.filter(Column::Id.gt(after.as_uuid())),
        None => query,
    }
}

/// The versions that these orders have now.
pub(crate) async fn versions(
    sql: &impl ConnectionTrait,
    ids: &[OrderId],
) -> Result<Vec<(OrderId, u32)>, DbErr> {
    let ids: Vec<_> = ids.iter().map(OrderId::as_uuid).collect();
    let mut versions = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows: Vec<(Uuid, i64)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Version])
            .filter(Column::Id.is_in(list))
            .into_tuple()
            .all(sql)
            .await?;
        versions.extend(
            rows.into_iter()
                .map(|(id, version)| (OrderId::from_uuid(id), narrow(version))),
        );
    }
    Ok(versions)
}

fn row(order: &Order) -> Model {
    let cart_version = i64::from(order.terms.cart_version);
    Model {
        id: order.id.as_uuid(),
        number: order.number.to_string(),
        user_id: order.terms.user_id.map(|user| user.as_uuid()),
        cart_id: order.terms.cart_id.as_uuid(),
        cart_version,
        live_cart_version: order.holds_cart().then_some(cart_version),
        status: order.status.to_string(),
        outcome: order.outcome.as_ref().map(|outcome| match outcome {
            Outcome::Confirmed => CONFIRMED.to_owned(),
            Outcome::Failed(code) => code.clone(),
        }),
        currency: order.terms.price.total.currency().to_string(),
        subtotal: order.terms.price.subtotal.minor(),
        discount: order.terms.price.discount.minor(),
        tax: order.terms.price.tax.minor(),
        delivery_fee: order.terms.price.delivery_fee.minor(),
        total: order.terms.price.total.minor(),
        payment_method: order.terms.payment_method.to_string(),
        payment_token: order
            .payment_token
            .as_ref()
            .map(|token| token.expose().to_owned()),
        lines: to_json(&order.terms.lines),
        shipping_address: to_json(&order.terms.shipping_address),
        contact: to_json(&order.terms.contact),
        note: order.terms.note.clone(),
        history: to_json(&order.history),
        placed_at: order.placed_at.micros(),
        updated_at: order.updated_at.micros(),
        version: i64::from(order.version),
        coupon_code: order.terms.coupon_code.clone(),
        taxes: Some(to_json(&order.terms.taxes)),
    }
}

fn order(row: Model) -> Result<Order, DbErr> {
    let currency: Currency = word(&row.currency)?;
    let money = |minor| Money::from_minor(minor, currency);
    Ok(Order {
        id: OrderId::from_uuid(row.id),
        number: word::<OrderNumber>(&row.number)?,
        terms: Terms {
            user_id: row.user_id.map(UserId::from_uuid),
            cart_id: CartId::from_uuid(row.cart_id),
            cart_version: narrow(row.cart_version),
            lines: json(&row.lines)?,
            price: Price {
                subtotal: money(row.subtotal),
                discount: money(row.discount),
                tax: money(row.tax),
                delivery_fee: money(row.delivery_fee),
                total: money(row.total),
            },
            taxes: row
                .taxes
                .as_deref()
                .map(json)
                .transpose()?
                .unwrap_or_default(),
            coupon_code: row.coupon_code,
            payment_method: word::<PaymentMethod>(&row.payment_method)?,
            shipping_address: json(&row.shipping_address)?,
            contact: json(&row.contact)?,
            note: row.note,
        },
        payment_token: row.payment_token.map(PaymentToken::new),
        status: word::<OrderStatus>(&row.status)?,
        outcome: row.outcome.map(|outcome| match outcome.as_str() {
            CONFIRMED => Outcome::Confirmed,
            _ => Outcome::Failed(outcome),
        }),
        history: json(&row.history)?,
        placed_at: Timestamp::from_micros(row.placed_at),
        updated_at: Timestamp::from_micros(row.updated_at),
        version: narrow(row.version),
    })
}

fn word<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, DbErr> {
    text.parse().map_err(|error| corrupt("orders", error))
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|error| corrupt("orders", error))
}

/// Versions are counted as u32 and kept as BIGINT.
fn narrow(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}
