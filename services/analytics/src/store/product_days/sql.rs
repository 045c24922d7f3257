//! The table `product_days`.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use shared_events::{ProductId, Timestamp};
use uuid::Uuid;

use super::{Best, Error, Rank};
use crate::domain::tally::{Sales, Shelf};
use crate::store::adding::plus_new;

pub(in crate::store) mod entity {
    //! A row of `product_days`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "product_days")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub currency: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        pub views: i64,
        pub carted: i64,
        pub sold: i64,
        pub revenue: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(super) async fn add(
    connection: &impl ConnectionTrait,
    shelves: &[(Shelf, Sales)],
) -> Result<(), Error> {
    let rows = shelves.iter().map(|(shelf, sales)| ActiveModel {
        day: Set(shelf.day.micros()),
        currency: Set(shelf.currency.to_string()),
        product_id: Set(shelf.product.as_uuid()),
        views: Set(sales.views),
        carted: Set(sales.carted),
        sold: Set(sales.sold),
        revenue: Set(sales.revenue),
    });
    let mut added = OnConflict::columns([Column::Day, Column::Currency, Column::ProductId]);
    for figure in FIGURES {
        added.value(figure, plus_new(Entity, figure));
    }
    Ok(batch::upsert(connection, rows, &added).await?)
}

const FIGURES: [Column; 4] = [Column::Views, Column::Carted, Column::Sold, Column::Revenue];

pub(super) async fn top(
    connection: &impl ConnectionTrait,
    best: &Best,
) -> Result<Vec<(ProductId, Sales)>, Error> {
    let rows: Vec<(Uuid, i64, i64, i64, i64)> =
        top_query(best).into_tuple().all(connection).await?;
    let sales = |(product, views, carted, sold, revenue)| {
        let sales = Sales {
            views,
            carted,
            sold,
            revenue,
        };
        (ProductId::from_uuid(product), sales)
    };
    Ok(rows.into_iter().map(sales).collect())
}

/// The query of [`top`].
pub(in crate::store) fn top_query(best: &Best) -> Select<Entity> {
    let by = match best.rank {
        Rank::Revenue => Column::Revenue,
        Rank::Units => Column::Sold,
        Rank::Views => Column::Views,
    };
    let mut select = Entity::find().select_only().column(Column::ProductId);
    for figure in FIGURES {
        select = select.column_as(figure.sum().cast_as("BIGINT"), figure);
    }
    if let Some((figure, product)) = best.after {
        let lower = by.sum().lt(figure);
        let next = by
            .sum()
            .eq(figure)
            .and(Column::ProductId.gt(product.as_uuid()));
        select = select.having(lower.or(next));
    }
    select
        .filter(Column::Day.gte(best.period.from().micros()))
        .filter(Column::Day.lt(best.period.until().micros()))
        .filter(Column::Currency.eq(best.currency.code()))
        .group_by(Column::ProductId)
        .order_by(by.sum(), Order::Desc)
        .order_by_asc(Column::ProductId)
        .limit(best.limit)
}

pub(super) async fn of_day(
    connection: &impl ConnectionTrait,
    day: Timestamp,
) -> Result<Vec<(Shelf, Sales)>, Error> {
    let rows = of_day_query(day).all(connection).await?;
    let shelf = |row: Model| {
        let shelf = Shelf {
            day,
            product: ProductId::from_uuid(row.product_id),
            currency: row.currency.parse().ok()?,
        };
        let sales = Sales {
            views: row.views,
            carted: row.carted,
            sold: row.sold,
            revenue: row.revenue,
        };
        Some((shelf, sales))
    };
    Ok(rows.into_iter().filter_map(shelf).collect())
}

/// The query of [`of_day`].
pub(in crate::store) fn of_day_query(day: Timestamp) -> Select<Entity> {
    Entity::find().filter(Column::Day.eq(day.micros()))
}

pub(super) async fn clear(connection: &impl ConnectionTrait, day: Timestamp) -> Result<(), Error> {
    Entity::delete_many()
        .filter(Column::Day.eq(day.micros()))
        .exec(connection)
        .await?;
    Ok(())
}
