//! The table `payment_movements`: money as it moves, in and out, one row each time, written with the payment that it moves. What
//! the daily settlement adds up, along an index that holds all it needs.

use revcart_persistence::batch;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect, Select,
};
use sea_orm::{DbBackend, sea_query::ExprTrait};
use shared_events::{Currency, PaymentId, PaymentMethod, Timestamp};

use super::Error;
use crate::domain::settlement::Moved;

pub(crate) mod entity {
    //! A row of `payment_movements`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment_movements")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub payment_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub total: i64,
        pub amount: i64,
        pub method: String,
        pub currency: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

/// Which way money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In.
    Captured,
    /// Out.
    Refunded,
}

pub(crate) const CAPTURED: &str = "CAPTURED";
pub(crate) const REFUNDED: &str = "REFUNDED";

/// Money that has moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Movement {
    /// Of which payment.
    pub(crate) payment: PaymentId,
    /// Which way.
    pub(crate) kind: Kind,
    /// All that has moved this way with it, in minor units: never twice the same, so it tells the movements of a payment apart.
    pub(crate) total: i64,
    /// How much, in minor units.
    pub(crate) amount: i64,
    /// By what.
    pub(crate) method: PaymentMethod,
    /// Of which currency.
    pub(crate) currency: Currency,
    /// When.
    pub(crate) at: Timestamp,
}

/// Adds movements.
pub(crate) async fn append(
    connection: &impl ConnectionTrait,
    movements: &[Movement],
) -> Result<(), Error> {
    let rows = movements.iter().map(|movement| ActiveModel {
        payment_id: Set(movement.payment.as_uuid()),
        kind: Set(match movement.kind {
            Kind::Captured => CAPTURED.to_owned(),
            Kind::Refunded => REFUNDED.to_owned(),
        }),
        total: Set(movement.total),
        amount: Set(movement.amount),
        method: Set(movement.method.as_str().to_owned()),
        currency: Set(movement.currency.code().to_owned()),
        at: Set(movement.at.micros()),
    });
    Ok(batch::insert(connection, rows).await?)
}

#[derive(Debug, FromQueryResult)]
struct Sum {
    method: String,
    currency: String,
    kind: String,
    amount: i64,
    count: i64,
}

/// What has moved from a time on until before another, by method, currency and way.
pub(crate) async fn between(
    connection: &impl ConnectionTrait,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Moved>, Error> {
    let query = between_query(connection.get_database_backend(), from, until);
    let sums = query.into_model::<Sum>().all(connection).await?;
    sums.into_iter().map(moved).collect()
}

fn moved(sum: Sum) -> Result<Moved, Error> {
    let corrupt = |word: &str| Error::corrupt("payment_movements", word, "it is no such word");
    let method = sum.method.parse().map_err(|_| corrupt(&sum.method))?;
    let currency = sum.currency.parse().map_err(|_| corrupt(&sum.currency))?;
    Ok(Moved {
        method,
        currency,
        is_in: match sum.kind.as_str() {
            CAPTURED => true,
            REFUNDED => false,
            other => return Err(corrupt(other)),
        },
        amount: sum.amount,
        count: sum.count,
    })
}

pub(super) fn between_query(
    backend: DbBackend,
    from: Timestamp,
    until: Timestamp,
) -> Select<Entity> {
    in_time(from, until)
        .select_only()
        .column(Column::Method)
        .column(Column::Currency)
        .column(Column::Kind)
        .column_as(batch::sum_of(backend, Column::Amount), "amount")
        .column_as(Column::Amount.count(), "count")
        .group_by(Column::Method)
        .group_by(Column::Currency)
        .group_by(Column::Kind)
}

/// The rows of a time, in its order: what [`between`] walks.
pub(super) fn in_time(from: Timestamp, until: Timestamp) -> Select<Entity> {
    Entity::find().filter(
        Column::At
            .gte(from.micros())
            .and(Column::At.lt(until.micros())),
    )
}
