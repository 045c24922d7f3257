//! Carts that nobody has touched for a while.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{CartId, Timestamp};
use uuid::Uuid;

use super::carts::entity::{Column, Entity};

/// Up to `most` carts that have lain idle since `until` or longer and of which nobody has been told, the oldest first.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    until: Timestamp,
    most: u64,
) -> Result<Vec<CartId>, DbErr> {
    let ids: Vec<Uuid> = query(until, most).into_tuple().all(connection).await?;
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
