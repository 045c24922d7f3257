//! Carts that nobody has touched for a while.

use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{CartId, Timestamp};
use uuid::Uuid;

use super::carts::entity::{Column, Entity};

/// Whether a cart has lain idle since `until` or longer and nobody has been told of it.
pub(crate) async fn any(
    connection: &impl ConnectionTrait,
    until: Timestamp,
) -> Result<bool, DbErr> {
    let id: Option<Uuid> = query(until, 1).into_tuple().one(connection).await?;
    Ok(id.is_some())
}

/// Up to `most` such carts, the oldest first, locked until the transaction ends. Those that somebody else has locked are left
/// to them: another replica tells of them, or their shopper is back.
pub(crate) async fn take(
    connection: &impl ConnectionTrait,
    until: Timestamp,
    most: u64,
) -> Result<Vec<CartId>, DbErr> {
    let ids: Vec<Uuid> = query(until, most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(CartId::from_uuid).collect())
}

pub(super) fn query(until: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::IdleSince.lte(until.micros()))
        .order_by_asc(Column::IdleSince)
        .limit(most)
}

/// Notes that it has been told: the next activity starts the next period.
pub(crate) async fn mark_told(
    connection: &impl ConnectionTrait,
    carts: &[CartId],
) -> Result<(), DbErr> {
    for list in revcart_persistence::batch::padded(carts) {
        Entity::update_many()
            .col_expr(Column::IdleSince, Expr::value(None::<i64>))
            .filter(Column::Id.is_in(list.into_iter().map(Uuid::from)))
            .exec(connection)
            .await?;
    }
    Ok(())
}
