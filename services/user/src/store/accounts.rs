//! The table `users`: one row per account.

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{AddressId, Role, Timestamp, UserId};
use uuid::Uuid;

use super::Error;
use crate::domain::{Account, Email, Status};

pub(crate) mod entity {
    //! A row of `users`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) email: String,
        pub(crate) name: String,
        pub(crate) phone: Option<String>,
        pub(crate) role: String,
        pub(crate) status: String,
        pub(crate) deactivated: bool,
        pub(crate) verified: bool,
        pub(crate) password_hash: String,
        pub(crate) default_address_id: Option<Uuid>,
        pub(crate) email_bounced_at: Option<i64>,
        pub(crate) version: i64,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(has_many = "crate::store::addresses::entity::Entity")]
        Addresses,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// How the status is stored.
const ACTIVE: &str = "ACTIVE";
const SUSPENDED: &str = "SUSPENDED";

/// Adds an account.
///
/// # Errors
/// [`Error::EmailTaken`].
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    account: &Account,
    password_hash: &str,
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(account.id.as_uuid()),
        password_hash: Set(password_hash.to_owned()),
        created_at: Set(account.created_at.micros()),
        ..changeable(account, account.created_at)
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await
        .map_err(email_taken)?;
    Ok(())
}

/// Stores what may change of an account: all but its password and when it came to be.
///
/// # Errors
/// [`Error::EmailTaken`].
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    account: &Account,
    now: Timestamp,
) -> Result<(), Error> {
    Entity::update_many()
        .set(changeable(account, now))
        .filter(Column::Id.eq(account.id.as_uuid()))
        .exec(connection)
        .await
        .map_err(email_taken)?;
    Ok(())
}

/// Replaces the password hash `old`; `false` if the account has another one by now.
pub(crate) async fn set_password(
    connection: &impl ConnectionTrait,
    id: UserId,
    (old, new): (&str, &str),
    now: Timestamp,
) -> Result<bool, DbErr> {
    let row = ActiveModel {
        password_hash: Set(new.to_owned()),
        updated_at: Set(now.micros()),
        ..ActiveModel::default()
    };
    let set = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::PasswordHash.eq(old))
        .exec(connection)
        .await?;
    Ok(set.rows_affected > 0)
}

/// Notes that mail to these accounts comes back, for those where that is news.
pub(crate) async fn mark_bounced(
    connection: &impl ConnectionTrait,
    ids: &[UserId],
    now: Timestamp,
) -> Result<(), DbErr> {
    for list in batch::padded(ids) {
        let row = ActiveModel {
            email_bounced_at: Set(Some(now.micros())),
            ..ActiveModel::default()
        };
        Entity::update_many()
            .set(row)
            .filter(Column::Id.is_in(list.into_iter().map(Uuid::from)))
            .filter(Column::EmailBouncedAt.is_null())
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// The account with this id.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<Account>, Error> {
    let row = Entity::find_by_id(id.as_uuid()).one(connection).await?;
    row.map(account).transpose()
}

/// The account with this id, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<Account>, Error> {
    let row = Entity::find_by_id(id.as_uuid())
        .lock_exclusive()
        .one(connection)
        .await?;
    row.map(account).transpose()
}

/// The same, and its password hash.
pub(crate) async fn lock_with_hash(
    connection: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<(Account, String)>, Error> {
    let row = Entity::find_by_id(id.as_uuid())
        .lock_exclusive()
        .one(connection)
        .await?;
    row.map(with_hash).transpose()
}

/// The account with this address, and its password hash.
pub(crate) async fn find_by_email(
    connection: &impl ConnectionTrait,
    email: &Email,
) -> Result<Option<(Account, String)>, Error> {
    by_email(email)
        .one(connection)
        .await?
        .map(with_hash)
        .transpose()
}

/// The same, locked until the transaction ends.
pub(crate) async fn lock_by_email(
    connection: &impl ConnectionTrait,
    email: &Email,
) -> Result<Option<(Account, String)>, Error> {
    let row = by_email(email).lock_exclusive().one(connection).await?;
    row.map(with_hash).transpose()
}

pub(super) fn by_email(email: &Email) -> Select<Entity> {
    Entity::find().filter(Column::Email.eq(email.as_str()))
}

/// The account with this id, and its password hash.
pub(crate) async fn find_with_hash(
    connection: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<(Account, String)>, Error> {
    let row = Entity::find_by_id(id.as_uuid()).one(connection).await?;
    row.map(with_hash).transpose()
}

/// Which accounts an admin wants to see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub(crate) role: Option<Role>,
    pub(crate) status: Option<Status>,
    pub(crate) email: Option<Email>,
}

/// Up to `limit` accounts, the youngest first, beginning after `after`.
pub(crate) async fn list(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<Account>, Error> {
    let rows = page(filter, after, limit).all(connection).await?;
    rows.into_iter().map(account).collect()
}

pub(super) fn page(filter: &Filter, after: Option<UserId>, limit: u64) -> Select<Entity> {
    let mut page = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(role) = filter.role {
        page = page.filter(Column::Role.eq(role.to_string()));
    }
    if let Some(status) = filter.status {
        let (word, deactivated) = stored(status);
        page = page
            .filter(Column::Status.eq(word))
            .filter(Column::Deactivated.eq(deactivated));
    }
    if let Some(email) = &filter.email {
        page = page.filter(Column::Email.eq(email.as_str()));
    }
    match after {
        Some(after) => page.filter(Column::Id.lt(after.as_uuid())),
        None => page,
    }
}

/// How many of these accounts exist and may be used.
pub(crate) async fn count_active(
    connection: &impl ConnectionTrait,
    ids: &[UserId],
) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().map(UserId::as_uuid)))
        .filter(Column::Status.eq(ACTIVE))
        .filter(Column::Deactivated.eq(false))
        .count(connection)
        .await
}

pub(super) fn account(row: Model) -> Result<Account, Error> {
    let corrupt = |column: &str| DatabaseError::corrupt("users", row.id, column);
    Ok(Account {
        id: UserId::from_uuid(row.id),
        email: Email::parse(&row.email).map_err(|_| corrupt("email"))?,
        name: row.name,
        phone: row.phone,
        role: row.role.parse().map_err(|_| corrupt("role"))?,
        status: status(&row.status, row.deactivated).ok_or_else(|| corrupt("status"))?,
        verified: row.verified,
        default_address: row.default_address_id.map(AddressId::from_uuid),
        email_bounced_at: row.email_bounced_at.map(Timestamp::from_micros),
        version: u32::try_from(row.version).map_err(|_| corrupt("version"))?,
        created_at: Timestamp::from_micros(row.created_at),
    })
}

/// A status as it is stored: a word, and whether the owner has closed the account. (An account that an admin closes after its
/// owner is suspended; made active again it is active.)
fn stored(status: Status) -> (&'static str, bool) {
    match status {
        Status::Active => (ACTIVE, false),
        Status::Suspended => (SUSPENDED, false),
        Status::Deactivated => (ACTIVE, true),
    }
}

fn status(word: &str, deactivated: bool) -> Option<Status> {
    [Status::Active, Status::Suspended, Status::Deactivated]
        .into_iter()
        .find(|known| stored(*known) == (word, deactivated))
}

fn with_hash(mut row: Model) -> Result<(Account, String), Error> {
    let hash = std::mem::take(&mut row.password_hash);
    Ok((account(row)?, hash))
}

fn changeable(account: &Account, now: Timestamp) -> ActiveModel {
    let (status, deactivated) = stored(account.status);
    ActiveModel {
        email: Set(account.email.as_str().to_owned()),
        verified: Set(account.verified),
        email_bounced_at: Set(account.email_bounced_at.map(Timestamp::micros)),
        name: Set(account.name.clone()),
        phone: Set(account.phone.clone()),
        role: Set(account.role.to_string()),
        status: Set(status.to_owned()),
        deactivated: Set(deactivated),
        default_address_id: Set(account.default_address.map(Uuid::from)),
        version: Set(i64::from(account.version)),
        updated_at: Set(now.micros()),
        ..ActiveModel::default()
    }
}

fn email_taken(error: DbErr) -> Error {
    let error = DatabaseError::from(error);
    if error.violates("users_by_email", "users.email") {
        Error::EmailTaken
    } else {
        Error::Database(error)
    }
}
