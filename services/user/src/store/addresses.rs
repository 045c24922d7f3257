//! The table `addresses`. Every query names the owner, so that nobody reaches another's address.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait,
    JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
    SelectTwo,
};
use shared_events::{Address, AddressId, Timestamp, UserId};

use super::{Error, accounts};
use crate::domain::{Account, Entry};

pub(crate) mod entity {
    //! A row of `addresses`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "addresses")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) user_id: Uuid,
        pub(crate) label: String,
        pub(crate) recipient: String,
        pub(crate) line1: String,
        pub(crate) line2: Option<String>,
        pub(crate) city: String,
        pub(crate) state: String,
        pub(crate) postal_code: String,
        pub(crate) country: String,
        pub(crate) phone: String,
        pub(crate) created_at: i64,
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

/// Adds an address.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    owner: UserId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(entry.id.as_uuid()),
        user_id: Set(owner.as_uuid()),
        created_at: Set(now.micros()),
        ..changeable(entry)
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Replaces an address; `false` if the owner has none with this id.
pub(crate) async fn replace(
    connection: &impl ConnectionTrait,
    owner: UserId,
    entry: &Entry,
) -> Result<bool, DbErr> {
    let replaced = Entity::update_many()
        .set(changeable(entry))
        .filter(Column::Id.eq(entry.id.as_uuid()))
        .filter(Column::UserId.eq(owner.as_uuid()))
        .exec(connection)
        .await?;
    Ok(replaced.rows_affected > 0)
}

/// Removes an address; `false` if the owner has none with this id.
pub(crate) async fn delete(
    connection: &impl ConnectionTrait,
    owner: UserId,
    id: AddressId,
) -> Result<bool, DbErr> {
    let deleted = Entity::delete_many()
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(owner.as_uuid()))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected > 0)
}

/// All addresses of an owner, in the order they were added.
pub(crate) async fn list(
    connection: &impl ConnectionTrait,
    owner: UserId,
) -> Result<Vec<Entry>, DbErr> {
    let rows = of(owner).order_by_asc(Column::Id).all(connection).await?;
    Ok(rows.into_iter().map(entry).collect())
}

/// How many addresses an owner has.
pub(crate) async fn count(connection: &impl ConnectionTrait, owner: UserId) -> Result<u64, DbErr> {
    of(owner).count(connection).await
}

/// The address that an owner added last.
pub(crate) async fn youngest(
    connection: &impl ConnectionTrait,
    owner: UserId,
) -> Result<Option<AddressId>, DbErr> {
    let row = of(owner).order_by_desc(Column::Id).one(connection).await?;
    Ok(row.map(|row| AddressId::from_uuid(row.id)))
}

/// An account with one of its addresses, in one query; the address is `None` if the account has none with this id.
pub(crate) async fn find_with_owner(
    connection: &impl ConnectionTrait,
    owner: UserId,
    id: AddressId,
) -> Result<Option<(Account, Option<Entry>)>, Error> {
    let found = with_owner(owner, id).one(connection).await?;
    found
        .map(|(owner, address)| Ok((accounts::account(owner)?, address.map(entry))))
        .transpose()
}

pub(super) fn of(owner: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(owner.as_uuid()))
}

pub(super) fn with_owner(
    owner: UserId,
    id: AddressId,
) -> SelectTwo<accounts::entity::Entity, Entity> {
    let id = id.as_uuid();
    let this_one = accounts::entity::Relation::Addresses
        .def()
        .on_condition(move |_, addresses| {
            Condition::all().add(Expr::col((addresses, Column::Id)).eq(id))
        });
    accounts::entity::Entity::find_by_id(owner.as_uuid())
        .join(JoinType::LeftJoin, this_one)
        .select_also(Entity)
}

fn entry(row: Model) -> Entry {
    Entry {
        id: AddressId::from_uuid(row.id),
        label: row.label,
        address: Address {
            recipient: row.recipient,
            line1: row.line1,
            line2: row.line2,
            city: row.city,
            state: row.state,
            postal_code: row.postal_code,
            country: row.country,
            phone: row.phone,
        },
    }
}

fn changeable(entry: &Entry) -> ActiveModel {
    let address = entry.address.clone();
    ActiveModel {
        label: Set(entry.label.clone()),
        recipient: Set(address.recipient),
        line1: Set(address.line1),
        line2: Set(address.line2),
        city: Set(address.city),
        state: Set(address.state),
        postal_code: Set(address.postal_code),
        country: Set(address.country),
        phone: Set(address.phone),
        ..ActiveModel::default()
    }
}
