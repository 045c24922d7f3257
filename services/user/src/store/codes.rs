//! The table `one_time_codes`: the code that is good for an address and a purpose, as an HMAC, and how many there were.

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    Select,
};
use shared_events::Timestamp;

use super::Error;
use crate::domain::Email;
use crate::domain::code::Slot;

pub(crate) mod entity {
    //! A row of `one_time_codes`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "one_time_codes")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) digest: Option<String>,
        pub(crate) tries: i64,
        pub(crate) sent_at: i64,
        pub(crate) window_began: i64,
        pub(crate) sent_in_window: i64,
        pub(crate) new_email: Option<String>,
        pub(crate) forget_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("codes::Model")
                .field("sent_at", &self.sent_at)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// The place of a code.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<Slot>, Error> {
    let row = Entity::find_by_id(id).one(connection).await?;
    row.map(slot).transpose()
}

/// The same, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<Slot>, Error> {
    let row = Entity::find_by_id(id)
        .lock_exclusive()
        .one(connection)
        .await?;
    row.map(slot).transpose()
}

/// The same; an empty one is made if there is none.
pub(crate) async fn lock_or_make(
    connection: &impl ConnectionTrait,
    id: &str,
    now: Timestamp,
) -> Result<Slot, Error> {
    let leave = OnConflict::column(Column::Id)
        .do_nothing_on([Column::Id])
        .to_owned();
    batch::upsert(connection, [row_of(id, &Slot::empty(now))], &leave).await?;
    Ok(lock(connection, id).await?.unwrap_or(Slot::empty(now)))
}

/// Stores what is in the place now.
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    id: &str,
    slot: &Slot,
) -> Result<(), DbErr> {
    Entity::update_many()
        .set(row_of(id, slot))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets up to `most` of those that do not matter any more; returns how many.
pub(crate) async fn forget(
    connection: &impl ConnectionTrait,
    now: Timestamp,
    most: u64,
) -> Result<usize, DbErr> {
    let ids: Vec<String> = old(now, most).into_tuple().all(connection).await?;
    for list in batch::padded(&ids) {
        Entity::delete_many()
            .filter(Column::Id.is_in(list))
            .filter(Column::ForgetAt.lte(now.micros()))
            .exec(connection)
            .await?;
    }
    Ok(ids.len())
}

pub(super) fn old(now: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ForgetAt.lte(now.micros()))
        .limit(most)
}

fn slot(row: Model) -> Result<Slot, Error> {
    let corrupt = |column| DatabaseError::corrupt("one_time_codes", &row.id, column);
    let new_email = row.new_email.as_deref().map(Email::parse).transpose();
    Ok(Slot {
        tries: u32::try_from(row.tries).map_err(|_| corrupt("tries"))?,
        sent_in_window: u32::try_from(row.sent_in_window).map_err(|_| corrupt("sent_in_window"))?,
        new_email: new_email.map_err(|_| corrupt("new_email"))?,
        digest: row.digest,
        sent_at: Timestamp::from_micros(row.sent_at),
        window_began: Timestamp::from_micros(row.window_began),
    })
}

fn row_of(id: &str, slot: &Slot) -> ActiveModel {
    ActiveModel {
        id: Set(id.to_owned()),
        digest: Set(slot.digest.clone()),
        tries: Set(i64::from(slot.tries)),
        sent_at: Set(slot.sent_at.micros()),
        window_began: Set(slot.window_began.micros()),
        sent_in_window: Set(i64::from(slot.sent_in_window)),
        new_email: Set(slot.new_email.as_ref().map(|it| it.as_str().to_owned())),
        forget_at: Set(slot.forgotten_at().micros()),
    }
}
