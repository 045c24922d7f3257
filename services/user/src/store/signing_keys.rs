//! The table `signing_keys`: what access tokens are signed with.

use revcart_persistence::Error as DatabaseError;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QueryOrder, QuerySelect};
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

/// Adds a key under this number, which is one more than that of the youngest.
///
/// # Errors
/// [`Error::KeyTaken`] if there is one of this number by now.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    kid: &str,
    pkcs8: &str,
    number: i64,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        kid: Set(kid.to_owned()),
        pkcs8: Set(pkcs8.to_owned()),
        number: Set(number),
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

/// Takes a key away. All keys are locked first, so that of two who take one away each the last key stays.
///
/// # Errors
/// [`Error::LastKey`] if there is no other.
pub(crate) async fn delete(connection: &impl ConnectionTrait, kid: &str) -> Result<bool, Error> {
    let all = Entity::find()
        .order_by_asc(Column::Number)
        .lock_exclusive()
        .all(connection)
        .await?;
    match all.iter().any(|key| key.kid == kid) {
        false => Ok(false),
        true if all.len() == 1 => Err(Error::LastKey),
        true => {
            Entity::delete_by_id(kid).exec(connection).await?;
            Ok(true)
        }
    }
}
