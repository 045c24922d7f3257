//! The table `product_images`: which pictures a product has. The pictures themselves are files, called after their content.

use revcart_persistence::batch;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};
use shared_events::{ProductId, Timestamp};

use super::Error;

pub(crate) mod entity {
    //! A row of `product_images`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "product_images")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        /// How its files end.
        pub kind: String,
        pub width: i32,
        pub height: i32,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// A picture of a product.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) product: ProductId,
    pub(crate) hash: String,
    pub(crate) kind: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Adds a picture that the product does not have yet.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    image: &Image,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        product_id: Set(image.product.as_uuid()),
        hash: Set(image.hash.clone()),
        kind: Set(image.kind.to_owned()),
        width: Set(i32::try_from(image.width).unwrap_or(i32::MAX)),
        height: Set(i32::try_from(image.height).unwrap_or(i32::MAX)),
        created_at: Set(now.micros()),
    };
    Ok(batch::insert(connection, [row]).await?)
}

/// The picture of this content, if the product has it.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    product: ProductId,
    hash: &str,
) -> Result<Option<Model>, Error> {
    let key = (product.as_uuid(), hash.to_owned());
    Ok(Entity::find_by_id(key).one(connection).await?)
}

/// Takes a picture from a product.
pub(crate) async fn delete(
    connection: &impl ConnectionTrait,
    product: ProductId,
    hash: &str,
) -> Result<(), Error> {
    let key = (product.as_uuid(), hash.to_owned());
    Entity::delete_by_id(key).exec(connection).await?;
    Ok(())
}

/// Whether any product has the picture of this content.
pub(crate) async fn is_used(connection: &impl ConnectionTrait, hash: &str) -> Result<bool, Error> {
    Ok(used_query(hash).one(connection).await?.is_some())
}

/// The query of [`is_used`].
pub(super) fn used_query(hash: &str) -> Select<Entity> {
    Entity::find().filter(Column::Hash.eq(hash))
}
