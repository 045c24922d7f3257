//! The table `cart_moments`.

use revcart_persistence::batch;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{CartId, Money, Timestamp};

use super::Error;
use crate::domain::carts::{CartMoment, Fate};

pub(in crate::store) mod entity {
    //! A row of `cart_moments`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "cart_moments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub cart_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub at: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub fate: String,
        pub currency: String,
        pub minor: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity, Model};

const WRITTEN: [Column; 5] = [
    Column::CartId,
    Column::At,
    Column::Fate,
    Column::Currency,
    Column::Minor,
];

pub(super) async fn note(
    connection: &impl ConnectionTrait,
    moments: &[CartMoment],
) -> Result<(), Error> {
    let key = [Column::CartId, Column::At, Column::Fate];
    for chunk in batch::chunks(moments) {
        let mut insert = Query::insert();
        insert
            .into_table(Entity)
            .columns(WRITTEN)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned());
        for moment in chunk {
            insert.values_panic([
                moment.cart.as_uuid().into(),
                moment.at.micros().into(),
                moment.fate.name().into(),
                moment.amount.currency().to_string().into(),
                moment.amount.minor().into(),
            ]);
        }
        connection.execute(&insert).await?;
    }
    Ok(())
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    carts: &[CartId],
) -> Result<Vec<CartMoment>, Error> {
    let mut moments = Vec::new();
    for list in batch::padded(carts) {
        let rows = find_query(&list).all(connection).await?;
        moments.extend(rows.iter().filter_map(moment));
    }
    Ok(moments)
}

/// The query of [`find`].
pub(in crate::store) fn find_query(carts: &[CartId]) -> Select<Entity> {
    Entity::find().filter(Column::CartId.is_in(carts.iter().map(CartId::as_uuid)))
}

fn moment(row: &Model) -> Option<CartMoment> {
    Some(CartMoment {
        cart: CartId::from_uuid(row.cart_id),
        at: Timestamp::from_micros(row.at),
        fate: Fate::find(&row.fate)?,
        amount: Money::from_minor(row.minor, row.currency.parse().ok()?),
    })
}

pub(super) async fn clear(
    connection: &impl ConnectionTrait,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), Error> {
    Entity::delete_many()
        .filter(Column::At.gte(from.micros()))
        .filter(Column::At.lt(until.micros()))
        .exec(connection)
        .await?;
    Ok(())
}

pub(super) async fn forget(
    connection: &impl ConnectionTrait,
    before: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    let old: Vec<i64> = old_query(before, most).into_tuple().all(connection).await?;
    let Some(last) = old.last() else {
        return Ok(0);
    };
    let deleted = Entity::delete_many()
        .filter(Column::At.lte(*last))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected)
}

/// The times that [`forget`] is about, oldest first.
pub(in crate::store) fn old_query(before: Timestamp, most: u32) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::At)
        .filter(Column::At.lt(before.micros()))
        .order_by_asc(Column::At)
        .limit(u64::from(most))
}
