//! The table `stock_movements`: the ledger of units that came and went, a sequence without gaps for each product.

use std::collections::BTreeMap;
use std::time::Duration;

use revcart_persistence::batch;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{OrderId, ProductId, Timestamp};
use uuid::Uuid;

use super::Error;
use crate::domain::stock::{Movement, MovementKind};

pub(crate) mod entity {
    //! A row of `stock_movements`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stock_movements")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub kind: String,
        pub units: i64,
        pub on_hand: i64,
        pub order_id: Option<Uuid>,
        pub reason: Option<String>,
        pub actor: Option<String>,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

/// A line of a product's ledger, with what is known of its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The product.
    pub(crate) product: ProductId,
    /// What came or went.
    pub(crate) movement: Movement,
    /// The order whose units these are.
    pub(crate) order: Option<OrderId>,
    /// Why somebody did this by hand.
    pub(crate) reason: Option<String>,
    /// Who.
    pub(crate) actor: Option<String>,
}

/// Adds lines to ledgers.
pub(crate) async fn append(
    connection: &impl ConnectionTrait,
    entries: &[Entry],
    now: Timestamp,
) -> Result<(), Error> {
    let rows = entries.iter().map(|entry| ActiveModel {
        product_id: Set(entry.product.as_uuid()),
        sequence: Set(entry.movement.sequence),
        kind: Set(kind_name(entry.movement.kind).to_owned()),
        units: Set(entry.movement.units),
        on_hand: Set(entry.movement.on_hand),
        order_id: Set(entry.order.map(Into::into)),
        reason: Set(entry.reason.clone()),
        actor: Set(entry.actor.clone()),
        at: Set(now.micros()),
    });
    Ok(batch::insert(connection, rows).await?)
}

/// Which lines of a ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Of this kind.
    pub(crate) kind: Option<MovementKind>,
    /// From this time on.
    pub(crate) from: Option<Timestamp>,
    /// Before this time.
    pub(crate) to: Option<Timestamp>,
}

/// Lines come in the order of their times but for this much: a transaction carries the time when it began.
const DISORDER: Duration = Duration::from_secs(60);

/// Rows of a product's ledger, the latest first, from before sequence number `before` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    product: ProductId,
    filter: Filter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<entity::Model>, Error> {
    let mut select = page_query(product, filter.kind, before, limit);
    if let Some(from) = filter.from {
        let first = first_since(connection, product, from.before(DISORDER)).await?;
        select = select
            .filter(Column::Sequence.gte(first))
            .filter(Column::At.gte(from.micros()));
    }
    if let Some(to) = filter.to {
        let end = first_since(connection, product, to + DISORDER).await?;
        select = select
            .filter(Column::Sequence.lt(end))
            .filter(Column::At.lt(to.micros()));
    }
    Ok(select.all(connection).await?)
}

/// The query of [`page`], whatever the time. Lines of a kind are picked out on the way through the product's ledger: an index of
/// their own would cost every sale a write.
pub(super) fn page_query(
    product: ProductId,
    kind: Option<MovementKind>,
    before: Option<i64>,
    limit: u64,
) -> Select<Entity> {
    let mut select = Entity::find()
        .filter(Column::ProductId.eq(product.as_uuid()))
        .order_by_desc(Column::Sequence)
        .limit(limit);
    if let Some(kind) = kind {
        select = select.filter(Column::Kind.eq(kind_name(kind)));
    }
    match before {
        Some(before) => select.filter(Column::Sequence.lt(before)),
        None => select,
    }
}

/// The number of the first line since `time`, by halves: an index on the time would cost every sale a write.
async fn first_since(
    connection: &impl ConnectionTrait,
    product: ProductId,
    time: Timestamp,
) -> Result<i64, Error> {
    let last = page_query(product, None, None, 1).one(connection).await?;
    let (mut from, mut to) = (1, last.map_or(1, |last| last.sequence + 1));
    while from < to {
        let middle = from + (to - from) / 2;
        let row = Entity::find_by_id((product.as_uuid(), middle))
            .one(connection)
            .await?;
        if row.is_some_and(|row| row.at < time.micros()) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    Ok(from)
}

/// What a product's ledger adds up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// Units brought in.
    pub(crate) supplied: i64,
    /// Units sold and not returned.
    pub(crate) sold: i64,
}

/// What every ledger adds up to, added up by the database.
pub(crate) async fn sums(
    connection: &impl ConnectionTrait,
) -> Result<BTreeMap<ProductId, Sums>, Error> {
    let rows: Vec<(Uuid, String, i64)> = Entity::find()
        .select_only()
        .columns([Column::ProductId, Column::Kind])
        .column_as(
            batch::sum_of(connection.get_database_backend(), Column::Units),
            "units",
        )
        .group_by(Column::ProductId)
        .group_by(Column::Kind)
        .into_tuple()
        .all(connection)
        .await?;
    let mut ledgers: BTreeMap<ProductId, Sums> = BTreeMap::new();
    for (product, kind, units) in rows {
        let sums = ledgers.entry(ProductId::from_uuid(product)).or_default();
        if [OPENING, ADJUSTMENT, RECEIPT].contains(&kind.as_str()) {
            sums.supplied += units;
        } else {
            sums.sold -= units;
        }
    }
    Ok(ledgers)
}

const OPENING: &str = "OPENING";
const ADJUSTMENT: &str = "ADJUSTMENT";
const RECEIPT: &str = "RECEIPT";
const SALE: &str = "SALE";
const RETURN: &str = "RETURN";

fn kind_name(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Opening => OPENING,
        MovementKind::Adjustment => ADJUSTMENT,
        MovementKind::Receipt => RECEIPT,
        MovementKind::Sale => SALE,
        MovementKind::Return => RETURN,
    }
}
