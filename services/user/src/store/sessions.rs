//! The table `sessions`: families of refresh tokens.

use revcart_persistence::batch;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, UpdateMany,
};
use shared_events::{Timestamp, UserId};
use uuid::Uuid;

use super::{Error, accounts};
use crate::domain::Account;
use crate::domain::session::{Digest, Session};

pub(crate) mod entity {
    //! A row of `sessions`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) user_id: Uuid,
        pub(crate) digest: String,
        pub(crate) created_at: i64,
        pub(crate) expires_at: i64,
        pub(crate) revoked_at: Option<i64>,
        pub(crate) user_agent: Option<String>,
        pub(crate) used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "crate::store::accounts::entity::Entity",
            from = "Column::UserId",
            to = "crate::store::accounts::entity::Column::Id"
        )]
        Owner,
    }

    impl Related<crate::store::accounts::entity::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Owner.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Opens a session.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    id: Uuid,
    session: &Session,
    user_agent: Option<&str>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        user_id: Set(session.user_id.as_uuid()),
        digest: Set(session.digest.0.clone()),
        created_at: Set(now.micros()),
        expires_at: Set(session.expires_at.micros()),
        revoked_at: Set(None),
        user_agent: Set(user_agent.map(str::to_owned)),
        used_at: Set(Some(now.micros())),
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// A session, locked until the transaction ends, and whose it is.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(Session, Account)>, Error> {
    let found = Entity::find_by_id(id)
        .lock_exclusive()
        .one(connection)
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    // By a query of its own: PostgreSQL locks no outer join, and who closes an account locks it before its sessions.
    let Some(owner) = accounts::find(connection, UserId::from_uuid(row.user_id)).await? else {
        return Ok(None);
    };
    let session = Session {
        user_id: UserId::from_uuid(row.user_id),
        digest: Digest(row.digest),
        expires_at: Timestamp::from_micros(row.expires_at),
        revoked_at: row.revoked_at.map(Timestamp::from_micros),
    };
    Ok(Some((session, owner)))
}

/// Puts the next secret in the place of the last.
pub(crate) async fn rotate(
    connection: &impl ConnectionTrait,
    id: Uuid,
    next: &Digest,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        digest: Set(next.0.clone()),
        expires_at: Set(expires_at.micros()),
        used_at: Set(Some(now.micros())),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Ends one session.
pub(crate) async fn revoke(
    connection: &impl ConnectionTrait,
    id: Uuid,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .set(revoked(now))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}

/// Ends one session if this is its current digest.
pub(crate) async fn revoke_presented(
    connection: &impl ConnectionTrait,
    id: Uuid,
    presented: &Digest,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .set(revoked(now))
        .filter(Column::Id.eq(id))
        .filter(Column::Digest.eq(presented.0.as_str()))
        .filter(Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}

/// Ends one session of this account; `false` if it has none of this id that goes on.
pub(crate) async fn revoke_own(
    connection: &impl ConnectionTrait,
    owner: UserId,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let ended = all_of(owner, None)
        .set(revoked(now))
        .filter(Column::Id.eq(id))
        .filter(Column::ExpiresAt.gt(now.micros()))
        .exec(connection)
        .await?;
    Ok(ended.rows_affected > 0)
}

/// Up to `limit` sessions of an account that go on, the youngest first, beginning after `after`.
pub(crate) async fn list(
    connection: &impl ConnectionTrait,
    owner: UserId,
    after: Option<Uuid>,
    limit: u64,
    now: Timestamp,
) -> Result<Vec<Listed>, DbErr> {
    let rows = page(owner, after, limit, now).all(connection).await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

pub(super) fn page(
    owner: UserId,
    after: Option<Uuid>,
    limit: u64,
    now: Timestamp,
) -> Select<Entity> {
    let page = Entity::find()
        .filter(Column::UserId.eq(owner.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.micros()))
        .order_by_desc(Column::Id)
        .limit(limit);
    match after {
        Some(after) => page.filter(Column::Id.lt(after)),
        None => page,
    }
}

/// A session as its owner sees it.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: Uuid,
    pub(crate) user_agent: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl From<Model> for Listed {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            user_agent: row.user_agent,
            created_at: Timestamp::from_micros(row.created_at),
            used_at: Timestamp::from_micros(row.used_at.unwrap_or(row.created_at)),
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}

/// Ends every session of an account, but for the one to `keep`.
pub(crate) async fn revoke_all(
    connection: &impl ConnectionTrait,
    owner: UserId,
    keep: Option<Uuid>,
    now: Timestamp,
) -> Result<(), DbErr> {
    all_of(owner, keep)
        .set(revoked(now))
        .exec(connection)
        .await?;
    Ok(())
}

pub(super) fn all_of(owner: UserId, keep: Option<Uuid>) -> UpdateMany<Entity> {
    let all = Entity::update_many()
        .filter(Column::UserId.eq(owner.as_uuid()))
        .filter(Column::RevokedAt.is_null());
    match keep {
        Some(keep) => all.filter(Column::Id.ne(keep)),
        None => all,
    }
}

/// Forgets up to `most` sessions that are over; returns how many.
pub(crate) async fn forget_expired(
    connection: &impl ConnectionTrait,
    now: Timestamp,
    most: u64,
) -> Result<usize, DbErr> {
    let ids: Vec<Uuid> = expired(now, most).into_tuple().all(connection).await?;
    for list in batch::padded(&ids) {
        Entity::delete_many()
            .filter(Column::Id.is_in(list))
            .exec(connection)
            .await?;
    }
    Ok(ids.len())
}

pub(super) fn expired(now: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ExpiresAt.lte(now.micros()))
        .limit(most)
}

fn revoked(now: Timestamp) -> ActiveModel {
    ActiveModel {
        revoked_at: Set(Some(now.micros())),
        ..ActiveModel::default()
    }
}
