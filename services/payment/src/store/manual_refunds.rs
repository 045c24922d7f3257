//! The table `manual_refunds`: who has given money back by hand, and why.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{Money, PaymentId, RefundId, Timestamp};

use super::Error;

pub(crate) mod entity {
    //! A row of `manual_refunds`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "manual_refunds")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub payment_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub amount_minor: i64,
        pub actor: String,
        pub reason: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// The most that are shown of one payment.
const MOST_SHOWN: u64 = 500;

/// A refund that somebody wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManualRefund {
    /// Of which payment.
    pub(crate) payment: PaymentId,
    /// Which one.
    pub(crate) id: RefundId,
    /// How much.
    pub(crate) amount: Money,
    /// Who wanted it.
    pub(crate) actor: String,
    /// Why.
    pub(crate) reason: String,
    /// When.
    pub(crate) at: Timestamp,
}

/// Keeps it.
pub(crate) async fn append(
    connection: &impl ConnectionTrait,
    refund: ManualRefund,
) -> Result<(), Error> {
    let row = ActiveModel {
        payment_id: Set(refund.payment.as_uuid()),
        id: Set(refund.id.as_uuid()),
        amount_minor: Set(refund.amount.minor()),
        actor: Set(refund.actor),
        reason: Set(refund.reason),
        at: Set(refund.at.micros()),
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Those of a payment, in their order.
pub(crate) async fn of_payment(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<Model>, Error> {
    Ok(of_payment_query(payment).all(connection).await?)
}

pub(super) fn of_payment_query(payment: PaymentId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PaymentId.eq(payment.as_uuid()))
        .order_by_asc(Column::Id)
        .limit(MOST_SHOWN)
}
