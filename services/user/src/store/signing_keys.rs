//! The table `signing_keys`: what access tokens are signed with.

use revcart_persistence::Error as DatabaseError;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QueryOrder};
use shared_events::Timestamp;

use super::Error;

pub(crate) mod entity {
    //! A row of `signing_keys`.
    use sea_orm::entity::prelude::*;

    /// `pkcs8` is the private key in base64; it never prints.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_keys")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) kid: String,
        pub(crate) pkcs8: String,
        /// Its place among the keys, from 1 on: of two that are made at the same time, one finds it taken.
        pub(crate) number: i64,
        pub(crate) created_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("signing_keys::Model")
                .field("kid", &self.kid)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Every key, the youngest first.
pub(crate) async fn list(connection: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .order_by_desc(Column::Number)
        .all(connection)
        .await
}

/// Adds the first key.
///
/// # Errors
/// [`Error::KeyTaken`] if there is one by now.
pub(crate) async fn insert_first(
    connection: &impl ConnectionTrait,
    kid: &str,
    pkcs8: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        kid: Set(kid.to_owned()),
        pkcs8: Set(pkcs8.to_owned()),
        number: Set(1),
        created_at: Set(now.micros()),
    };
    let inserted = Entity::insert(row).exec_without_returning(connection).await;
    inserted.map(drop).map_err(|error| {
        let error = DatabaseError::from(error);
        if error.violates("signing_keys_by_number", "signing_keys.number") {
            Error::KeyTaken
        } else {
            Error::Database(error)
        }
    })
}
