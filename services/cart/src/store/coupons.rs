//! Coupons.

use revcart_persistence::{Transaction, batch};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set,
};
use shared_events::pricing::Off;
use shared_events::{Currency, Money, Timestamp};

use self::entity::{ActiveModel, Column, Entity, Model};
use super::Error;
use crate::domain::{Code, Coupon};

pub(crate) mod entity {
    //! The table `coupons`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "coupons")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) code: String,
        /// `percentage` or `amount`.
        pub(crate) kind: String,
        /// Hundredths of a percent, or minor units.
        pub(crate) value: i64,
        pub(crate) currency: String,
        pub(crate) at_most: Option<i64>,
        pub(crate) minimum: Option<i64>,
        pub(crate) valid_from: Option<i64>,
        pub(crate) valid_until: Option<i64>,
        pub(crate) per_user: Option<i64>,
        pub(crate) total: Option<i64>,
        pub(crate) active: bool,
        /// Orders that use it or have it on hold.
        pub(crate) taken: i64,
        pub(crate) created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const PERCENTAGE: &str = "percentage";
const AMOUNT: &str = "amount";

/// One coupon.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    code: &Code,
) -> Result<Option<Coupon>, Error> {
    let row = Entity::find_by_id(code.as_str()).one(connection).await?;
    row.map(coupon).transpose()
}

/// One coupon, locked until the transaction ends: who takes a coupon or gives it back locks it first of all, so that they come
/// one after the other.
pub(crate) async fn lock(tx: &Transaction, code: &Code) -> Result<Option<Coupon>, Error> {
    let query = Entity::find_by_id(code.as_str()).lock_exclusive();
    query.one(tx).await?.map(coupon).transpose()
}

/// Locks several. In their order, so that nobody waits in a circle.
pub(crate) async fn lock_all(tx: &Transaction, codes: &[String]) -> Result<(), DbErr> {
    for list in batch::padded(codes) {
        let query = Entity::find()
            .select_only()
            .column(Column::Code)
            .filter(Column::Code.is_in(list))
            .order_by_asc(Column::Code)
            .lock_exclusive();
        let _: Vec<String> = query.into_tuple().all(tx).await?;
    }
    Ok(())
}

/// Up to so many coupons after this code.
pub(crate) async fn list(
    connection: &impl ConnectionTrait,
    after: Option<Code>,
    most: u64,
) -> Result<Vec<Coupon>, Error> {
    let rows = page(after, most).all(connection).await?;
    rows.into_iter().map(coupon).collect()
}

pub(super) fn page(after: Option<Code>, most: u64) -> Select<Entity> {
    let mut query = Entity::find().order_by_asc(Column::Code).limit(most);
    if let Some(after) = after {
        query = query.filter(Column::Code.gt(after.as_str()));
    }
    query
}

/// Stores a new coupon. One of that code exists if that breaks a unique constraint.
pub(crate) async fn insert(tx: &Transaction, coupon: &Coupon) -> Result<(), DbErr> {
    let row = ActiveModel {
        code: Set(coupon.code.to_string()),
        taken: Set(i64::from(coupon.taken)),
        created_at: Set(coupon.created_at.micros()),
        ..terms(coupon)
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Stores other terms of a coupon.
pub(crate) async fn update(tx: &Transaction, coupon: &Coupon) -> Result<(), DbErr> {
    Entity::update_many()
        .set(terms(coupon))
        .filter(Column::Code.eq(coupon.code.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes a coupon that no order has.
pub(crate) async fn delete(tx: &Transaction, code: &Code) -> Result<(), DbErr> {
    Entity::delete_by_id(code.as_str()).exec(tx).await?;
    Ok(())
}

/// Counts so many more (or less) orders that have a coupon.
pub(crate) async fn count(
    connection: &impl ConnectionTrait,
    code: &str,
    more: i64,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Taken, Expr::col(Column::Taken).add(more))
        .filter(Column::Code.eq(code))
        .exec(connection)
        .await?;
    Ok(())
}

fn terms(coupon: &Coupon) -> ActiveModel {
    let minor = |amount: Option<Money>| amount.map(Money::minor);
    let micros = |time: Option<Timestamp>| time.map(Timestamp::micros);
    let (kind, value, at_most, currency) = match coupon.off {
        Off::Percentage {
            basis_points,
            at_most,
        } => (
            PERCENTAGE,
            i64::from(basis_points),
            at_most,
            at_most.or(coupon.minimum).map(Money::currency),
        ),
        Off::Amount(amount) => (AMOUNT, amount.minor(), None, Some(amount.currency())),
    };
    ActiveModel {
        kind: Set(kind.to_owned()),
        value: Set(value),
        currency: Set(currency.unwrap_or_default().code().to_owned()),
        at_most: Set(minor(at_most)),
        minimum: Set(minor(coupon.minimum)),
        valid_from: Set(micros(coupon.valid_from)),
        valid_until: Set(micros(coupon.valid_until)),
        per_user: Set(coupon.per_user.map(i64::from)),
        total: Set(coupon.total.map(i64::from)),
        active: Set(coupon.active),
        ..ActiveModel::default()
    }
}

fn coupon(row: Model) -> Result<Coupon, Error> {
    let code = row.code.clone();
    let corrupt = |what: &str| Error::corrupt("coupons", &code, what);
    let number = |stored: i64| u32::try_from(stored).map_err(|_| corrupt("number"));
    let currency: Currency = row.currency.parse().map_err(|_| corrupt("currency"))?;
    let amount = |minor: i64| Money::from_minor(minor, currency);
    let off = match row.kind.as_str() {
        PERCENTAGE => Off::Percentage {
            basis_points: number(row.value)?,
            at_most: row.at_most.map(amount),
        },
        AMOUNT => Off::Amount(amount(row.value)),
        _ => return Err(corrupt("kind")),
    };
    Ok(Coupon {
        code: row.code.parse().map_err(|_| corrupt("code"))?,
        off,
        minimum: row.minimum.map(amount),
        valid_from: row.valid_from.map(Timestamp::from_micros),
        valid_until: row.valid_until.map(Timestamp::from_micros),
        per_user: row.per_user.map(number).transpose()?,
        total: row.total.map(number).transpose()?,
        active: row.active,
        taken: number(row.taken)?,
        created_at: Timestamp::from_micros(row.created_at),
    })
}
