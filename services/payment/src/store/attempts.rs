//! The table `payment_attempts`: every call to a gateway, with its times and what came of it. Nothing secret.

use revcart_persistence::batch;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{PaymentId, Timestamp};

use super::Error;

pub(crate) mod entity {
    //! A row of `payment_attempts`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment_attempts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub payment_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i32,
        pub operation: String,
        pub key: String,
        pub outcome: String,
        pub detail: Option<String>,
        pub started_at: i64,
        pub finished_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// The most calls of one payment that are shown.
const MOST_SHOWN: u64 = 500;
/// The longest detail that is kept.
const LONGEST_DETAIL: usize = 255;

/// A call to a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// For which payment.
    pub(crate) payment: PaymentId,
    /// Which of its calls.
    pub(crate) sequence: i32,
    /// What was asked.
    pub(crate) operation: &'static str,
    /// The idempotency key.
    pub(crate) key: String,
    /// What came of it.
    pub(crate) outcome: &'static str,
    /// The rest.
    pub(crate) detail: Option<String>,
    /// When it was asked.
    pub(crate) started_at: Timestamp,
    /// When it answered, or was given up.
    pub(crate) finished_at: Timestamp,
}

/// Adds calls.
pub(crate) async fn append(
    connection: &impl ConnectionTrait,
    attempts: &[Attempt],
) -> Result<(), Error> {
    let rows = attempts.iter().map(|attempt| ActiveModel {
        payment_id: Set(attempt.payment.as_uuid()),
        sequence: Set(attempt.sequence),
        operation: Set(attempt.operation.to_owned()),
        key: Set(attempt.key.clone()),
        outcome: Set(attempt.outcome.to_owned()),
        detail: Set(attempt.detail.as_deref().map(shortened)),
        started_at: Set(attempt.started_at.micros()),
        finished_at: Set(attempt.finished_at.micros()),
    });
    Ok(batch::insert(connection, rows).await?)
}

/// The calls for a payment, in their order.
pub(crate) async fn of_payment(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<Model>, Error> {
    Ok(of_payment_query(payment).all(connection).await?)
}

pub(super) fn of_payment_query(payment: PaymentId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PaymentId.eq(payment.as_uuid()))
        .order_by_asc(Column::Sequence)
        .limit(MOST_SHOWN)
}

fn shortened(detail: &str) -> String {
    detail.chars().take(LONGEST_DETAIL).collect()
}
