//! What is in the carts: changed line by line for one shopper, and product by product for all of them.

use revcart_persistence::batch;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, Select, Set, UpdateMany,
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
        pub(crate) category: Option<String>,
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
            Column::Category,
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
    let carts = holding(connection, outdated(new)).await?;
    let otherwise_priced = outdated(new).add(Column::UnitPrice.ne(new.price.minor()));
    for list in batch::padded(&carts) {
        raise_versions(connection, &list, otherwise_priced.clone()).await?;
        Entity::update_many()
            .col_expr(Column::UnitPrice, Expr::value(new.price.minor()))
            .col_expr(Column::PriceVersion, Expr::value(i64::from(new.version)))
            .filter(Column::CartId.is_in(list))
            .filter(outdated(new))
            .exec(connection)
            .await?;
    }
    Ok(())
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
        for carts in batch::padded(&holding(connection, of_them.clone()).await?) {
            raise_versions(connection, &carts, of_them.clone()).await?;
            Entity::delete_many()
                .filter(Column::CartId.is_in(carts))
                .filter(of_them.clone())
                .exec(connection)
                .await?;
        }
    }
    Ok(())
}

/// The carts that hold such items, in the order of their ids. They are looked up first and changed by their ids then, cart
/// before items like everywhere: one statement for all would read (and on MySQL lock) every cart that there is.
async fn holding(connection: &impl ConnectionTrait, items: Condition) -> Result<Vec<Uuid>, DbErr> {
    let mut carts: Vec<Uuid> = carts_with(items).into_tuple().all(connection).await?;
    carts.sort_unstable();
    carts.dedup();
    Ok(carts)
}

pub(super) fn carts_with(items: Condition) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::CartId)
        .filter(items)
}

/// Raises the version of those of the carts that hold such items.
async fn raise_versions(
    connection: &impl ConnectionTrait,
    carts: &[Uuid],
    items: Condition,
) -> Result<(), DbErr> {
    raise_query(carts, items).exec(connection).await.map(drop)
}

pub(super) fn raise_query(carts: &[Uuid], items: Condition) -> UpdateMany<carts::entity::Entity> {
    use carts::entity::Column as Head;
    let such = Query::select()
        .expr(Expr::value(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::CartId)).equals((carts::entity::Entity, Head::Id)))
        .cond_where(items)
        .to_owned();
    carts::entity::Entity::update_many()
        .col_expr(Head::Version, Expr::col(Head::Version).add(1))
        .filter(Head::Id.is_in(carts.iter().copied()))
        .filter(Expr::exists(such))
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
        category: Set(item.category.clone()),
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
        category: row.category,
        quantity: Quantity::new(number(row.quantity)?).map_err(|_| corrupt("quantity"))?,
        unit_price: Money::from_minor(row.unit_price, currency),
        price_version: number(row.price_version)?,
        seen_price: Money::from_minor(row.seen_price, currency),
        available: row.available,
        since_version: number(row.since_version)?,
    })
}
