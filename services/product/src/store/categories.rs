//! The table `categories`.

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use shared_events::{CategoryId, Timestamp};

use super::Error;
use crate::domain::category::{self, Category};
use crate::domain::tree::Tree;

pub(crate) mod entity {
    //! A row of `categories`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "categories")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub slug: String,
        pub name: String,
        pub description: String,
        pub parent_id: Option<Uuid>,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Adds categories.
///
/// # Errors
/// [`Error::SlugTaken`].
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    categories: &[Category],
    now: Timestamp,
) -> Result<(), Error> {
    let rows = categories.iter().map(|category| ActiveModel {
        id: Set(category.id.as_uuid()),
        slug: Set(category.slug.to_string()),
        name: Set(category.name.clone()),
        description: Set(category.description.clone()),
        parent_id: Set(category.parent_id.map(Into::into)),
        version: Set(category.version),
        created_at: Set(now.micros()),
        updated_at: Set(now.micros()),
    });
    batch::insert(connection, rows).await.map_err(slug_taken)
}

/// Replaces the category whose version was one less.
///
/// # Errors
/// [`Error::SlugTaken`]; [`Error::Changed`].
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    category: &Category,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        slug: Set(category.slug.to_string()),
        name: Set(category.name.clone()),
        description: Set(category.description.clone()),
        parent_id: Set(category.parent_id.map(Into::into)),
        version: Set(category.version),
        updated_at: Set(now.micros()),
        ..ActiveModel::default()
    };
    let updated = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(category.id.as_uuid()))
        .filter(Column::Version.eq(category.version - 1))
        .exec(connection)
        .await
        .map_err(slug_taken)?;
    if updated.rows_affected == 0 {
        return Err(Error::Changed);
    }
    Ok(())
}

/// The category, if there is one.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: CategoryId,
) -> Result<Option<Category>, Error> {
    let row = Entity::find_by_id(id.as_uuid()).one(connection).await?;
    row.map(stored).transpose()
}

/// All categories.
pub(crate) async fn tree(connection: &impl ConnectionTrait) -> Result<Tree, Error> {
    let rows = Entity::find().all(connection).await?;
    let categories: Result<Vec<Category>, Error> = rows.into_iter().map(stored).collect();
    categories.map(Tree::new)
}

/// All categories, locked until the transaction ends: what is decided about the shape of the tree holds when it is committed.
pub(crate) async fn lock_tree(connection: &impl ConnectionTrait) -> Result<Tree, Error> {
    let in_order = Entity::find().order_by_asc(Column::Id).lock_exclusive();
    let rows = in_order.all(connection).await?;
    let categories: Result<Vec<Category>, Error> = rows.into_iter().map(stored).collect();
    categories.map(Tree::new)
}

fn stored(row: Model) -> Result<Category, Error> {
    Ok(Category {
        id: CategoryId::from_uuid(row.id),
        slug: row.slug.parse().map_err(|error: category::Error| {
            DatabaseError::corrupt("categories", row.id, error)
        })?,
        name: row.name,
        description: row.description,
        parent_id: row.parent_id.map(CategoryId::from_uuid),
        version: row.version,
    })
}

fn slug_taken(error: DbErr) -> Error {
    let error = DatabaseError::from(error);
    if error.violates("categories_by_slug", "categories.slug") {
        Error::SlugTaken
    } else {
        Error::Database(error)
    }
}
