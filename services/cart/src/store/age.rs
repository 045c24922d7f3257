//! Carts that are so old that nobody will come back to them.

use revcart_persistence::{Transaction, batch};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{CartId, Timestamp};
use uuid::Uuid;

use super::carts::entity::{Column, Entity};

/// Whether there are guests' carts, or users', that have not been touched since `until` or longer.
pub(crate) async fn any(
    connection: &impl ConnectionTrait,
    guests: bool,
    until: Timestamp,
) -> Result<bool, DbErr> {
    let id: Option<Uuid> = query(guests, until, 1).into_tuple().one(connection).await?;
    Ok(id.is_some())
}

/// Up to `most` of them, the oldest first, locked until the transaction ends. Those that somebody else has locked are left to
/// them: another replica, or their shopper who is back.
pub(crate) async fn take(
    tx: &Transaction,
    guests: bool,
    until: Timestamp,
    most: u64,
) -> Result<Vec<CartId>, DbErr> {
    let ids: Vec<Uuid> = query(guests, until, most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().map(CartId::from_uuid).collect())
}

pub(super) fn query(guests: bool, until: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Guest.eq(guests))
        .filter(Column::KeptSince.lte(until.micros()))
        .order_by_asc(Column::KeptSince)
        .limit(most)
}

/// Notes that nothing is left in these carts to be taken out for its age.
pub(crate) async fn mark_done(tx: &Transaction, carts: &[CartId]) -> Result<(), DbErr> {
    for list in batch::padded(carts) {
        Entity::update_many()
            .col_expr(Column::KeptSince, Expr::value(None::<i64>))
            .filter(Column::Id.is_in(list.into_iter().map(Uuid::from)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Deletes carts with what is in them.
pub(crate) async fn delete(tx: &Transaction, carts: &[CartId]) -> Result<(), DbErr> {
    super::items::delete_all(tx, carts).await?;
    for list in batch::padded(carts) {
        Entity::delete_many()
            .filter(Column::Id.is_in(list.into_iter().map(Uuid::from)))
            .exec(tx)
            .await?;
    }
    Ok(())
}
