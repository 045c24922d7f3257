//! The tables `suppliers` and `product_supply`: who the shop buys from, and what.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{ProductId, SupplierId, Timestamp};
use uuid::Uuid;

use super::{Error, purchases};
use crate::domain::supplier::{Supplier, Supply};

pub(crate) mod entity {
    //! A row of `suppliers`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "suppliers")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub email: String,
        pub phone: Option<String>,
        pub note: String,
        pub active: bool,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod supply {
    //! A row of `product_supply`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "product_supply")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        pub supplier_id: Uuid,
        pub reorder_quantity: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Adds a supplier.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    supplier: &Supplier,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(supplier.id.as_uuid()),
        created_at: Set(now.micros()),
        ..row(supplier, now)
    };
    Ok(batch::insert(connection, [row]).await?)
}

/// Replaces the supplier whose version was one less.
///
/// # Errors
/// [`Error::Changed`].
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    supplier: &Supplier,
    now: Timestamp,
) -> Result<(), Error> {
    let updated = Entity::update_many()
        .set(row(supplier, now))
        .filter(Column::Id.eq(supplier.id.as_uuid()))
        .filter(Column::Version.eq(supplier.version - 1))
        .exec(connection)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Error::Changed);
    }
    Ok(())
}

/// Removes a supplier of whom nothing speaks.
pub(crate) async fn delete(
    connection: &impl ConnectionTrait,
    supplier: SupplierId,
) -> Result<(), Error> {
    Entity::delete_by_id(supplier.as_uuid())
        .exec(connection)
        .await?;
    Ok(())
}

/// Whether a product or an order names the supplier.
pub(crate) async fn is_used(
    connection: &impl ConnectionTrait,
    supplier: SupplierId,
) -> Result<bool, Error> {
    let product = of_supplier_query(supplier).one(connection).await?;
    Ok(product.is_some() || purchases::any(connection, supplier).await?)
}

/// The query for a product that names the supplier.
pub(super) fn of_supplier_query(supplier: SupplierId) -> Select<supply::Entity> {
    supply::Entity::find().filter(supply::Column::SupplierId.eq(supplier.as_uuid()))
}

/// The supplier, if there is one.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: SupplierId,
) -> Result<Option<Supplier>, Error> {
    let row = Entity::find_by_id(id.as_uuid()).one(connection).await?;
    Ok(row.map(stored))
}

/// These suppliers, locked until the transaction ends, in the order of their ids.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = SupplierId>,
) -> Result<Vec<Supplier>, Error> {
    let ids: Vec<Uuid> = ids.into_iter().map(|id| id.as_uuid()).collect();
    let mut suppliers = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = Entity::find()
            .filter(Column::Id.is_in(list))
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .all(connection)
            .await?;
        suppliers.extend(rows.into_iter().map(stored));
    }
    Ok(suppliers)
}

/// Suppliers in the order of their making, from after `after` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    after: Option<SupplierId>,
    limit: u64,
) -> Result<Vec<Supplier>, Error> {
    let rows = page_query(after, limit).all(connection).await?;
    Ok(rows.into_iter().map(stored).collect())
}

/// The query of [`page`].
pub(super) fn page_query(after: Option<SupplierId>, limit: u64) -> Select<Entity> {
    let select = Entity::find().order_by_asc(Column::Id).limit(limit);
    match after {
        Some(after) => select.filter(Column::Id.gt(after.as_uuid())),
        None => select,
    }
}

/// Where more of these products comes from, as far as it is known.
pub(crate) async fn of_products(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<Vec<Supply>, Error> {
    let ids: Vec<Uuid> = products.iter().map(ProductId::as_uuid).collect();
    let mut supplies = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        let rows = supply::Entity::find()
            .filter(supply::Column::ProductId.is_in(list))
            .all(connection)
            .await?;
        supplies.extend(rows.into_iter().map(|row| Supply {
            product: ProductId::from_uuid(row.product_id),
            supplier: SupplierId::from_uuid(row.supplier_id),
            reorder_quantity: row.reorder_quantity.and_then(|it| u32::try_from(it).ok()),
        }));
    }
    Ok(supplies)
}

/// Where more of a product comes from.
pub(crate) async fn of_product(
    connection: &impl ConnectionTrait,
    product: ProductId,
) -> Result<Option<Supply>, Error> {
    Ok(of_products(connection, &[product]).await?.pop())
}

/// Says where more of a product comes from, in place of what was said before.
pub(crate) async fn keep_supply(
    connection: &impl ConnectionTrait,
    supply: Supply,
) -> Result<(), Error> {
    use supply::Column;
    let mut replace = OnConflict::column(Column::ProductId);
    replace.update_columns([Column::SupplierId, Column::ReorderQuantity]);
    let row = supply::ActiveModel {
        product_id: Set(supply.product.as_uuid()),
        supplier_id: Set(supply.supplier.as_uuid()),
        reorder_quantity: Set(supply.reorder_quantity.map(i64::from)),
    };
    Ok(batch::upsert(connection, [row], &replace).await?)
}

/// Says that nothing is known of where more of a product comes from.
pub(crate) async fn forget_supply(
    connection: &impl ConnectionTrait,
    product: ProductId,
) -> Result<(), Error> {
    supply::Entity::delete_by_id(product.as_uuid())
        .exec(connection)
        .await?;
    Ok(())
}

fn stored(row: Model) -> Supplier {
    Supplier {
        id: SupplierId::from_uuid(row.id),
        name: row.name,
        email: row.email,
        phone: row.phone,
        note: row.note,
        active: row.active,
        version: row.version,
    }
}

fn row(supplier: &Supplier, now: Timestamp) -> ActiveModel {
    ActiveModel {
        name: Set(supplier.name.clone()),
        email: Set(supplier.email.clone()),
        phone: Set(supplier.phone.clone()),
        note: Set(supplier.note.clone()),
        active: Set(supplier.active),
        version: Set(supplier.version),
        updated_at: Set(now.micros()),
        ..ActiveModel::default()
    }
}
