//! What is in the carts: changed line by line for one shopper, and product by product for all of them.

use revcart_persistence::batch;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, Set,
    UpdateMany,
};
use shared_events::{CartId, ItemId, Money, ProductId, Quantity};
use uuid::Uuid;

use self::entity::{ActiveModel, Column, Entity, Model};
use super::{Error, carts};
use crate::domain::Item;

pub(crate) mod entity {
    //! The table `cart_items`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "cart_items")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) cart_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) product_id: Uuid,
        pub(crate) id: Uuid,
        pub(crate) sku: String,
        pub(crate) name: String,
        pub(crate) quantity: i64,
        pub(crate) unit_price: i64,
        pub(crate) currency: String,
        pub(crate) price_version: i64,
        pub(crate) seen_price: i64,
        pub(crate) available: bool,
        pub(crate) since_version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "crate::store::carts::entity::Entity",
            from = "Column::CartId",
            to = "crate::store::carts::entity::Column::Id"
        )]
        Cart,
    }

    impl Related<crate::store::carts::entity::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Cart.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A product's new price, at a version of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NewPrice {
    /// What costs something else now.
    pub(crate) product_id: ProductId,
    /// What it costs now.
    pub(crate) price: Money,
    /// The product's version from then on.
    pub(crate) version: u32,
}

/// Stores lines of carts, whether they are new or not.
pub(crate) async fn save(
    connection: &impl ConnectionTrait,
    lines: &[(CartId, &Item)],
) -> Result<(), DbErr> {
    let replaced = OnConflict::columns([Column::CartId, Column::ProductId])
        .update_columns([
            Column::Id,
            Column::Sku,
            Column::Name,
            Column::Quantity,
            Column::UnitPrice,
            Column::Currency,
            Column::PriceVersion,
            Column::SeenPrice,
            Column::Available,
            Column::SinceVersion,
        ])
        .to_owned();
    let rows = lines.iter().map(|(cart, item)| row(*cart, item));
    batch::upsert(connection, rows, &replaced).await
}

/// Takes lines out of carts.
pub(crate) async fn delete(
    connection: &impl ConnectionTrait,
    lines: &[(CartId, ProductId)],
) -> Result<(), DbErr> {
    for list in batch::padded(lines) {
        let any = list
            .into_iter()
            .fold(Condition::any(), |any, (cart, product)| {
                any.add(
                    Column::CartId
                        .eq(cart.as_uuid())
                        .and(Column::ProductId.eq(product.as_uuid())),
                )
            });
        Entity::delete_many().filter(any).exec(connection).await?;
    }
    Ok(())
}

/// Takes everything out of carts.
pub(crate) async fn delete_all(
    connection: &impl ConnectionTrait,
    carts: &[CartId],
) -> Result<(), DbErr> {
    for list in batch::padded(carts) {
        Entity::delete_many()
            .filter(Column::CartId.is_in(list.into_iter().map(Uuid::from)))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// Notes that a shopper has seen the prices of their cart.
pub(crate) async fn mark_seen(
    connection: &impl ConnectionTrait,
    cart: CartId,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::SeenPrice, Expr::col(Column::UnitPrice))
        .filter(Column::CartId.eq(cart.as_uuid()))
        .exec(connection)
        .await
        .map(drop)
}

/// Gives a product its new price in every cart, unless a newer one is known there. Carts that it changes get a new version.
pub(crate) async fn reprice(
    connection: &impl ConnectionTrait,
    new: &NewPrice,
) -> Result<(), DbErr> {
    let otherwise_priced = outdated(new).add(Column::UnitPrice.ne(new.price.minor()));
    raise_versions(connection, otherwise_priced).await?;
    Entity::update_many()
        .col_expr(Column::UnitPrice, Expr::value(new.price.minor()))
        .col_expr(Column::PriceVersion, Expr::value(i64::from(new.version)))
        .filter(outdated(new))
        .exec(connection)
        .await
        .map(drop)
}

pub(super) fn outdated(new: &NewPrice) -> Condition {
    Condition::all()
        .add(Column::ProductId.eq(new.product_id.as_uuid()))
        .add(Column::Currency.eq(new.price.currency().code()))
        .add(Column::PriceVersion.lt(i64::from(new.version)))
}

/// Takes products out of every cart. Carts that it changes get a new version.
pub(crate) async fn delete_products(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<(), DbErr> {
    for list in batch::padded(products) {
        let of_them =
            Condition::all().add(Column::ProductId.is_in(list.into_iter().map(Uuid::from)));
        raise_versions(connection, of_them.clone()).await?;
        Entity::delete_many()
            .filter(of_them)
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// Raises the version of the carts that hold such items.
async fn raise_versions(connection: &impl ConnectionTrait, items: Condition) -> Result<(), DbErr> {
    let version = carts::entity::Column::Version;
    holding(items)
        .col_expr(version, Expr::col(version).add(1))
        .exec(connection)
        .await?;
    Ok(())
}

pub(super) fn holding(items: Condition) -> UpdateMany<carts::entity::Entity> {
    let carts = Query::select()
        .column(Column::CartId)
        .from(Entity)
        .cond_where(items)
        .to_owned();
    carts::entity::Entity::update_many().filter(carts::entity::Column::Id.in_subquery(carts))
}

fn row(cart: CartId, item: &Item) -> ActiveModel {
    ActiveModel {
        cart_id: Set(cart.as_uuid()),
        product_id: Set(item.product_id.as_uuid()),
        id: Set(item.id.as_uuid()),
        sku: Set(item.sku.clone()),
        name: Set(item.name.clone()),
        quantity: Set(i64::from(item.quantity)),
        unit_price: Set(item.unit_price.minor()),
        currency: Set(item.unit_price.currency().code().to_owned()),
        price_version: Set(i64::from(item.price_version)),
        seen_price: Set(item.seen_price.minor()),
        available: Set(item.available),
        since_version: Set(i64::from(item.since_version)),
    }
}

pub(super) fn item(row: Model) -> Result<Item, Error> {
    let corrupt = |what: &str| Error::corrupt("cart_items", row.id, what);
    let number = |stored: i64| u32::try_from(stored).map_err(|_| corrupt("number"));
    let currency = row.currency.parse().map_err(|_| corrupt("currency"))?;
    Ok(Item {
        id: ItemId::from_uuid(row.id),
        product_id: ProductId::from_uuid(row.product_id),
        sku: row.sku,
        name: row.name,
        quantity: Quantity::new(number(row.quantity)?).map_err(|_| corrupt("quantity"))?,
        unit_price: Money::from_minor(row.unit_price, currency),
        price_version: number(row.price_version)?,
        seen_price: Money::from_minor(row.seen_price, currency),
        available: row.available,
        since_version: number(row.since_version)?,
    })
}
