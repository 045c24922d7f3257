//! The table `purchase_orders`: what was ordered from suppliers, and what of it has come.

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{PurchaseOrderId, SupplierId, Timestamp};

use super::Error;
use crate::domain::purchase::{PurchaseOrder, Status};

pub(crate) mod entity {
    //! A row of `purchase_orders`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "purchase_orders")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub number: String,
        pub supplier_id: Uuid,
        pub status: String,
        pub lines: String,
        pub automatic: bool,
        /// The supplier, while this is the draft that grows by itself: unique, so there is one at the most.
        pub growing_for: Option<Uuid>,
        pub note: String,
        pub expected_on: Option<String>,
        pub created_at: i64,
        pub sent_at: Option<i64>,
        pub closed_at: Option<i64>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Adds an order.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    order: &PurchaseOrder,
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(order.id.as_uuid()),
        number: Set(order.number.clone()),
        supplier_id: Set(order.supplier.as_uuid()),
        automatic: Set(order.automatic),
        created_at: Set(order.created_at.micros()),
        ..row(order)
    };
    Ok(batch::insert(connection, [row]).await?)
}

/// Replaces the order whose version was one less.
///
/// # Errors
/// [`Error::Changed`].
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    order: &PurchaseOrder,
) -> Result<(), Error> {
    let updated = Entity::update_many()
        .set(row(order))
        .filter(Column::Id.eq(order.id.as_uuid()))
        .filter(Column::Version.eq(order.version - 1))
        .exec(connection)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Error::Changed);
    }
    Ok(())
}

/// The order, if the supplier has one with this id.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    (supplier, id): (SupplierId, PurchaseOrderId),
) -> Result<Option<PurchaseOrder>, Error> {
    let row = find_query(supplier, id).one(connection).await?;
    row.map(stored).transpose()
}

/// The same, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    (supplier, id): (SupplierId, PurchaseOrderId),
) -> Result<Option<PurchaseOrder>, Error> {
    let locked = find_query(supplier, id).lock_exclusive();
    locked.one(connection).await?.map(stored).transpose()
}

fn find_query(supplier: SupplierId, id: PurchaseOrderId) -> Select<Entity> {
    Entity::find_by_id(id.as_uuid()).filter(Column::SupplierId.eq(supplier.as_uuid()))
}

/// The draft of a supplier that grows by itself, locked.
pub(crate) async fn lock_growing(
    connection: &impl ConnectionTrait,
    supplier: SupplierId,
) -> Result<Option<PurchaseOrder>, Error> {
    let growing = Entity::find().filter(Column::GrowingFor.eq(supplier.as_uuid()));
    let locked = growing.lock_exclusive();
    locked.one(connection).await?.map(stored).transpose()
}

/// Orders of a supplier of which something is still to come; the latest, if they are very many.
pub(crate) async fn under_way(
    connection: &impl ConnectionTrait,
    supplier: SupplierId,
) -> Result<Vec<PurchaseOrder>, Error> {
    let mut orders = Vec::new();
    for status in [Status::Sent, Status::PartlyReceived] {
        let page = page_query(supplier, Some(status), None, 100);
        for row in page.all(connection).await? {
            orders.push(stored(row)?);
        }
    }
    Ok(orders)
}

/// Whether a supplier has ever had an order.
pub(crate) async fn any(
    connection: &impl ConnectionTrait,
    supplier: SupplierId,
) -> Result<bool, Error> {
    let one = page_query(supplier, None, None, 1).one(connection).await?;
    Ok(one.is_some())
}

/// Orders of a supplier, the latest first, from before `before` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    supplier: SupplierId,
    status: Option<Status>,
    before: Option<PurchaseOrderId>,
    limit: u64,
) -> Result<Vec<PurchaseOrder>, Error> {
    let rows = page_query(supplier, status, before, limit)
        .all(connection)
        .await?;
    rows.into_iter().map(stored).collect()
}

/// The query of [`page`].
pub(super) fn page_query(
    supplier: SupplierId,
    status: Option<Status>,
    before: Option<PurchaseOrderId>,
    limit: u64,
) -> Select<Entity> {
    let mut select = Entity::find()
        .filter(Column::SupplierId.eq(supplier.as_uuid()))
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some(status) = status {
        select = select.filter(Column::Status.eq(status.name()));
    }
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before.as_uuid()));
    }
    select
}

fn stored(row: Model) -> Result<PurchaseOrder, Error> {
    let corrupt = |problem: String| {
        let problem = std::io::Error::other(problem);
        DatabaseError::corrupt("purchase_orders", row.id, problem)
    };
    let status = Status::named(&row.status);
    let lines = serde_json::from_str(&row.lines);
    Ok(PurchaseOrder {
        id: PurchaseOrderId::from_uuid(row.id),
        status: status.ok_or_else(|| corrupt(format!("status {}", row.status)))?,
        lines: lines.map_err(|error| corrupt(error.to_string()))?,
        number: row.number,
        supplier: SupplierId::from_uuid(row.supplier_id),
        automatic: row.automatic,
        note: row.note,
        expected_on: row.expected_on,
        created_at: Timestamp::from_micros(row.created_at),
        sent_at: row.sent_at.map(Timestamp::from_micros),
        closed_at: row.closed_at.map(Timestamp::from_micros),
        version: row.version,
    })
}

fn row(order: &PurchaseOrder) -> ActiveModel {
    let grows = order.automatic && order.status == Status::Draft;
    let lines = serde_json::to_string(&order.lines);
    ActiveModel {
        status: Set(order.status.name().to_owned()),
        lines: Set(lines.expect("lines are plain data")),
        growing_for: Set(grows.then(|| order.supplier.as_uuid())),
        note: Set(order.note.clone()),
        expected_on: Set(order.expected_on.clone()),
        sent_at: Set(order.sent_at.map(Timestamp::micros)),
        closed_at: Set(order.closed_at.map(Timestamp::micros)),
        version: Set(order.version),
        ..ActiveModel::default()
    }
}
