//! Which orders have which coupon: on hold for a while, from the checkout on, and for good when they are placed.

use std::collections::BTreeSet;

use revcart_persistence::{Transaction, batch};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set,
};
use shared_events::{CartId, OrderId, Timestamp};
use uuid::Uuid;

use self::entity::{ActiveModel, Column, Entity};
use super::{Error, coupons};
use crate::domain::{Code, Holder};

pub(crate) mod entity {
    //! The table `coupon_holds`: one row per order that has a coupon.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "coupon_holds")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) order_id: Uuid,
        pub(crate) code: String,
        pub(crate) cart_id: Uuid,
        pub(crate) holder: String,
        /// Which of the shopper's uses of a coupon with a limit it is, from 1 on.
        pub(crate) slot: Option<i64>,
        /// Null from when the order is placed on.
        pub(crate) expires_at: Option<i64>,
        pub(crate) created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A coupon on hold for an order.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    /// For which order.
    pub(crate) order: OrderId,
    /// Which coupon.
    pub(crate) code: Code,
    /// Of which cart the order is made.
    pub(crate) cart: CartId,
    /// Who orders.
    pub(crate) holder: Holder,
    /// Which of their uses it is, if those are limited.
    pub(crate) slot: Option<u32>,
    /// Until when, unless the order is placed before.
    pub(crate) expires_at: Timestamp,
}

/// Which holds are given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those of orders that are not placed.
    Held,
    /// Those of them that have run out at this time.
    Expired(Timestamp),
    /// All.
    All,
}

/// Which coupon an order has.
pub(crate) async fn of_order(
    connection: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Option<String>, DbErr> {
    let query = Entity::find_by_id(order.as_uuid())
        .select_only()
        .column(Column::Code);
    query.into_tuple().one(connection).await
}

/// How often somebody has a coupon.
pub(crate) async fn taken(
    connection: &impl ConnectionTrait,
    code: &Code,
    holder: &Holder,
) -> Result<Vec<Option<i64>>, DbErr> {
    of_holder(code, holder).into_tuple().all(connection).await
}

pub(super) fn of_holder(code: &Code, holder: &Holder) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Slot)
        .filter(Column::Code.eq(code.as_str()))
        .filter(Column::Holder.eq(holder.as_str()))
}

/// Whether any order has a coupon.
pub(crate) async fn any(tx: &Transaction, code: &Code) -> Result<bool, DbErr> {
    let query = Entity::find()
        .select_only()
        .column(Column::OrderId)
        .filter(Column::Code.eq(code.as_str()))
        .limit(1);
    let found: Option<Uuid> = query.into_tuple().one(tx).await?;
    Ok(found.is_some())
}

/// Takes a coupon for an order. The coupon is locked.
pub(crate) async fn take(tx: &Transaction, hold: &Hold, now: Timestamp) -> Result<(), DbErr> {
    let row = ActiveModel {
        order_id: Set(hold.order.as_uuid()),
        code: Set(hold.code.to_string()),
        cart_id: Set(hold.cart.as_uuid()),
        holder: Set(hold.holder.as_str().to_owned()),
        slot: Set(hold.slot.map(i64::from)),
        expires_at: Set(Some(hold.expires_at.micros())),
        created_at: Set(now.micros()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    coupons::count(tx, hold.code.as_str(), 1).await
}

/// Notes that these orders are placed: those of them that have a coupon keep it.
pub(crate) async fn keep(
    connection: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<(), DbErr> {
    for list in batch::padded(orders) {
        Entity::update_many()
            .col_expr(Column::ExpiresAt, Expr::value(None::<i64>))
            .filter(Column::OrderId.is_in(list.into_iter().map(Uuid::from)))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// Gives back what these orders have. Returns how many coupons that were.
pub(crate) async fn give_back(
    tx: &Transaction,
    orders: &[OrderId],
    which: Which,
) -> Result<u64, Error> {
    let mut given = 0;
    for list in batch::padded(orders) {
        let of_them = Column::OrderId.is_in(list.into_iter().map(Uuid::from));
        let of_them = Condition::all().add(of_them);
        let codes = Entity::find()
            .select_only()
            .column(Column::Code)
            .filter(of_them.clone());
        let codes: Vec<String> = codes.into_tuple().all(tx).await?;
        let codes: BTreeSet<String> = codes.into_iter().collect();
        let codes: Vec<String> = codes.into_iter().collect();
        coupons::lock_all(tx, &codes).await?;
        // Somebody else may have given back some of them before the coupons were locked: those that are there now count.
        for code in &codes {
            let delete = Entity::delete_many()
                .filter(of_them.clone())
                .filter(Column::Code.eq(code.as_str()))
                .filter(which.condition());
            let gone = delete.exec(tx).await?.rows_affected;
            if gone > 0 {
                let gone = i64::try_from(gone).unwrap_or(i64::MAX);
                coupons::count(tx, code, -gone).await?;
                given += gone.unsigned_abs();
            }
        }
    }
    Ok(given)
}

impl Which {
    fn condition(self) -> Condition {
        match self {
            Self::Held => Condition::all().add(Column::ExpiresAt.is_not_null()),
            Self::Expired(now) => Condition::all().add(Column::ExpiresAt.lte(now.micros())),
            Self::All => Condition::all(),
        }
    }
}

/// Up to `most` orders that were not placed in time.
pub(crate) async fn expired(
    connection: &impl ConnectionTrait,
    now: Timestamp,
    most: u64,
) -> Result<Vec<OrderId>, DbErr> {
    let ids: Vec<Uuid> = expiry(now, most).into_tuple().all(connection).await?;
    Ok(ids.into_iter().map(OrderId::from_uuid).collect())
}

pub(super) fn expiry(now: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::OrderId)
        .filter(Column::ExpiresAt.lte(now.micros()))
        .order_by_asc(Column::ExpiresAt)
        .limit(most)
}
