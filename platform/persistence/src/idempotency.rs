//! Idempotency keys: the answer to a request is kept with its effect, so a repeated request gets the first answer and
//! has no second effect.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use crate::{Error, UnitOfWork};

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_secs(24 * 3600);

#[expect(unreachable_pub, reason = "the entity macro writes pub items")]
pub(crate) mod entity {
    //! The table `idempotency_keys`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub fingerprint: String,
        pub status: i32,
        pub body: String,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A key within its scope: the same key of another identity or for another route is another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Identity and route, at most 200 bytes.
    pub scope: String,
    /// What the client sent, at most 255 bytes.
    pub key: String,
    /// A hash of the request, at most 64 bytes.
    pub fingerprint: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: the request is new.
    Fresh,
    /// The same request was answered before: this is the answer.
    Answered {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: String,
    },
    /// The key was used for another request.
    OtherRequest,
}

/// Looks a key up inside the unit of work that would have the effect.
///
/// # Errors
/// [`Error::Database`].
pub async fn find(unit: &UnitOfWork, key: &Key) -> Result<Found, Error> {
    let kept = entity::Entity::find_by_id((key.scope.clone(), key.key.clone()))
        .one(unit.sql())
        .await?;
    Ok(match kept {
        None => Found::Fresh,
        Some(kept) if kept.fingerprint != key.fingerprint => Found::OtherRequest,
        Some(kept) => Found::Answered {
            status: u16::try_from(kept.status).unwrap_or(200),
            body: kept.body,
        },
    })
}

/// Keeps the answer, in the same commit as the effect.
///
/// # Errors
/// [`Error::Database`]; the key's primary key refuses a second answer.
pub async fn keep(unit: &UnitOfWork, key: &Key, status: u16, body: String) -> Result<(), Error> {
    let row = entity::ActiveModel {
        scope: Set(key.scope.clone()),
        key: Set(key.key.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        status: Set(i32::from(status)),
        body: Set(body),
        created_at: Set(unit.now().micros()),
    };
    entity::Entity::insert(row)
        .exec_without_returning(unit.sql())
        .await?;
    Ok(())
}

/// Forgets up to `most` answers older than [`KEPT`]; returns how many.
///
/// # Errors
/// [`Error::Database`].
pub async fn forget_old(unit: &UnitOfWork, most: u64) -> Result<u64, Error> {
    let kept = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
    let old = entity::Entity::find()
        .filter(entity::Column::CreatedAt.lt(unit.now().micros().saturating_sub(kept)))
        .limit(most)
        .all(unit.sql())
        .await?;
    for row in &old {
        entity::Entity::delete_by_id((row.scope.clone(), row.key.clone()))
            .exec(unit.sql())
            .await?;
    }
    Ok(old.len() as u64)
}
