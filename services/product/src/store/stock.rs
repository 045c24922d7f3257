//! The table `stock`: the units of each product.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
};
use shared_events::{ProductId, Timestamp};
use uuid::Uuid;

use super::{Error, products::entity as product};
use crate::domain::stock::{Figures, Stock};

pub(crate) mod entity {
    //! A row of `stock`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stock")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        pub on_hand: i64,
        pub reserved: i64,
        pub sold: i64,
        pub supplied: i64,
        pub low_at: i64,
        pub for_sale: bool,
        /// Whether it is low: kept, so that the few that are can be found by an index.
        pub is_low: bool,
        pub movements: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Adds the stock of new products.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    stocks: &[(ProductId, Stock)],
    now: Timestamp,
) -> Result<(), Error> {
    let rows = stocks
        .iter()
        .map(|(product, stock)| row(*product, stock, now));
    Ok(batch::insert(connection, rows).await?)
}

/// Replaces stock that exists, many rows in one statement.
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    stocks: &[(ProductId, &Stock)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::ProductId);
    replace.update_columns([
        Column::OnHand,
        Column::Reserved,
        Column::Sold,
        Column::Supplied,
        Column::LowAt,
        Column::ForSale,
        Column::IsLow,
        Column::Movements,
        Column::UpdatedAt,
    ]);
    let rows = stocks
        .iter()
        .map(|(product, stock)| row(*product, stock, now));
    Ok(batch::upsert(connection, rows, &replace).await?)
}

/// The stock of these products, locked in the order of their ids (so that two transactions never wait for each other).
/// Products that do not exist are left out.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<Vec<(ProductId, Stock)>, Error> {
    let ids: Vec<Uuid> = products.iter().map(ProductId::as_uuid).collect();
    let mut stocks = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = lock_query(list).all(connection).await?;
        stocks.extend(rows.into_iter().map(stock));
    }
    Ok(stocks)
}

/// The query of [`lock`].
pub(super) fn lock_query(ids: Vec<Uuid>) -> Select<Entity> {
    Entity::find()
        .filter(Column::ProductId.is_in(ids))
        .order_by_asc(Column::ProductId)
        .lock_exclusive()
}

/// The stock of a product, if it exists; of deleted ones too.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    product: ProductId,
) -> Result<Option<Stock>, Error> {
    let row = Entity::find_by_id(product.as_uuid())
        .one(connection)
        .await?;
    Ok(row.map(|row| stock(row).1))
}

/// A product that is low on stock.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Low {
    pub(crate) product_id: Uuid,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
    pub(crate) low_at: i64,
}

/// Products that are low on stock, in the order of their making, from after `after` on.
pub(crate) async fn low(
    connection: &impl ConnectionTrait,
    after: Option<ProductId>,
    limit: u64,
) -> Result<Vec<Low>, Error> {
    let rows = low_query(after, limit).into_model::<Low>();
    Ok(rows.all(connection).await?)
}

/// The query of [`low`].
pub(super) fn low_query(after: Option<ProductId>, limit: u64) -> Select<Entity> {
    let product: RelationDef = Entity::belongs_to(product::Entity)
        .from(Column::ProductId)
        .to(product::Column::Id)
        .into();
    let mut select = Entity::find()
        .select_only()
        .columns([
            Column::ProductId,
            Column::OnHand,
            Column::Reserved,
            Column::LowAt,
        ])
        .columns([product::Column::Sku, product::Column::Name])
        .join(JoinType::InnerJoin, product)
        .filter(Column::IsLow.eq(true))
        .order_by_asc(Column::ProductId)
        .limit(limit);
    if let Some(after) = after {
        select = select.filter(Column::ProductId.gt(after.as_uuid()));
    }
    select
}

/// The stock of every product.
pub(crate) async fn all(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(ProductId, Stock)>, Error> {
    let rows = Entity::find()
        .order_by_asc(Column::ProductId)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(stock).collect())
}

fn stock(row: Model) -> (ProductId, Stock) {
    let figures = Figures {
        on_hand: row.on_hand,
        reserved: row.reserved,
        sold: row.sold,
        supplied: row.supplied,
    };
    let stock = Stock::stored(figures, row.low_at, row.for_sale, row.movements);
    (ProductId::from_uuid(row.product_id), stock)
}

fn row(product: ProductId, stock: &Stock, now: Timestamp) -> ActiveModel {
    let figures = stock.figures();
    ActiveModel {
        product_id: Set(product.as_uuid()),
        on_hand: Set(figures.on_hand),
        reserved: Set(figures.reserved),
        sold: Set(figures.sold),
        supplied: Set(figures.supplied),
        low_at: Set(stock.low_at()),
        for_sale: Set(stock.is_for_sale()),
        is_low: Set(stock.is_low()),
        movements: Set(stock.movements()),
        updated_at: Set(now.micros()),
    }
}
