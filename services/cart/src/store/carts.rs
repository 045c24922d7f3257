//! Carts, read whole with their items.

use std::collections::HashMap;

use revcart_persistence::{Transaction, batch};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, SelectTwoMany, Set, SqlErr,
};
use shared_events::{CartId, Timestamp, UserId};
use uuid::Uuid;

use self::entity::{ActiveModel, Column, Entity, Model};
use super::{Error, items};
use crate::domain::{Cart, Code};

pub(crate) mod entity {
    //! The table `carts`: one row per cart that has ever had something in it.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "carts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) user_id: Option<Uuid>,
        pub(crate) version: i64,
        pub(crate) created_at: i64,
        pub(crate) active_at: i64,
        /// `active_at` while there are items and nobody has been told that they wait; null otherwise.
        pub(crate) idle_since: Option<i64>,
        /// The code of the coupon that is in it.
        pub(crate) coupon_code: Option<String>,
        /// Whether it is a guest's.
        pub(crate) guest: bool,
        /// `active_at` until it is emptied for its age; null from then on.
        pub(crate) kept_since: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(has_many = "crate::store::items::entity::Entity")]
        Items,
    }

    impl Related<crate::store::items::entity::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Items.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// One cart.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: CartId,
) -> Result<Option<Cart>, Error> {
    let rows = with_items(&[id]).all(connection).await?;
    rows.into_iter().next().map(cart).transpose()
}

/// One cart, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    id: CartId,
) -> Result<Option<Cart>, Error> {
    Ok(lock_all(connection, &[id]).await?.remove(&id))
}

/// Those of the carts that exist, locked until the transaction ends. The ids come in order, so that nobody waits in a circle.
pub(crate) async fn lock_all(
    connection: &impl ConnectionTrait,
    ids: &[CartId],
) -> Result<HashMap<CartId, Cart>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for list in batch::padded(ids) {
        let rows = match connection.get_database_backend() {
            // PostgreSQL locks no outer join; and what it joins to a row that it had to wait for is as old as the wait.
            DbBackend::Postgres => {
                let locked: Vec<Uuid> = lock_heads(&list).into_tuple().all(connection).await?;
                if locked.is_empty() {
                    continue;
                }
                with_items(&list).all(connection).await?
            }
            // MySQL reads what is joined after it has the lock.
            _ => with_items(&list).lock_exclusive().all(connection).await?,
        };
        for row in rows {
            let cart = cart(row)?;
            found.insert(cart.id, cart);
        }
    }
    Ok(found)
}

/// Those of the carts that exist, as they stand: for who has locked them.
pub(crate) async fn find_all(
    connection: &impl ConnectionTrait,
    ids: &[CartId],
) -> Result<HashMap<CartId, Cart>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for list in batch::padded(ids) {
        for row in with_items(&list).all(connection).await? {
            let cart = cart(row)?;
            found.insert(cart.id, cart);
        }
    }
    Ok(found)
}

pub(super) fn lock_heads(ids: &[CartId]) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids.iter().map(CartId::as_uuid)))
        .order_by_asc(Column::Id)
        .lock_exclusive()
}

pub(super) fn with_items(ids: &[CartId]) -> SelectTwoMany<Entity, items::entity::Entity> {
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().map(CartId::as_uuid)))
        .find_with_related(items::entity::Entity)
}

/// Stores the head of a cart that its shopper has changed, which was locked or not there. If somebody else has made it since
/// then, the unit of work runs again. An empty one is not idle.
pub(crate) async fn save_touched(tx: &Transaction, cart: &Cart, is_new: bool) -> Result<(), DbErr> {
    let active_at = cart.active_at.micros();
    let row = ActiveModel {
        version: Set(i64::from(cart.version)),
        active_at: Set(active_at),
        idle_since: Set((!cart.items.is_empty()).then_some(active_at)),
        coupon_code: Set(cart.coupon.as_ref().map(Code::to_string)),
        kept_since: Set(Some(active_at)),
        ..ActiveModel::default()
    };
    if !is_new {
        let update = Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(cart.id.as_uuid()));
        return update.exec(tx).await.map(drop);
    }
    let row = ActiveModel {
        id: Set(cart.id.as_uuid()),
        user_id: Set(cart.user_id.map(Uuid::from)),
        guest: Set(cart.user_id.is_none()),
        created_at: Set(active_at),
        ..row
    };
    let inserted = Entity::insert(row).exec_without_returning(tx).await;
    let taken =
        |error: &DbErr| matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)));
    inserted.map(drop).inspect_err(|error| {
        if taken(error) {
            tx.repeat();
        }
    })
}

/// Raises the version of carts that changed by themselves; those that are `emptied` by it stop being idle, and lose their coupon.
pub(crate) async fn raise_versions(
    connection: &impl ConnectionTrait,
    ids: &[CartId],
    by: u32,
    emptied: bool,
) -> Result<(), DbErr> {
    if by == 0 {
        return Ok(());
    }
    for list in batch::padded(ids) {
        let mut update = Entity::update_many()
            .col_expr(
                Column::Version,
                Expr::col(Column::Version).add(i64::from(by)),
            )
            .filter(Column::Id.is_in(list.into_iter().map(Uuid::from)));
        if emptied {
            update = update
                .col_expr(Column::IdleSince, Expr::value(None::<i64>))
                .col_expr(Column::CouponCode, Expr::value(None::<String>));
        }
        update.exec(connection).await?;
    }
    Ok(())
}

pub(super) fn cart((head, rows): (Model, Vec<items::entity::Model>)) -> Result<Cart, Error> {
    let mut items = rows
        .into_iter()
        .map(items::item)
        .collect::<Result<Vec<_>, _>>()?;
    items.sort_by_key(|item| item.id);
    let coupon = head.coupon_code.map(Code::try_from).transpose();
    Ok(Cart {
        id: CartId::from_uuid(head.id),
        user_id: head.user_id.map(UserId::from_uuid),
        version: u32::try_from(head.version)
            .map_err(|error| Error::corrupt("carts", head.id, error))?,
        active_at: Timestamp::from_micros(head.active_at),
        coupon: coupon.map_err(|error| Error::corrupt("carts", head.id, error))?,
        items,
    })
}
