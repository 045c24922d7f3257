//! The table `preferences`.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use shared_events::{Timestamp, UserId};
use uuid::Uuid;

use super::{Error, read};
use crate::domain::Preferences;

pub(crate) mod entity {
    //! A row of `preferences`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "preferences")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub choices: String,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<Vec<(UserId, Preferences)>, Error> {
    let ids: Vec<Uuid> = users.iter().map(UserId::as_uuid).collect();
    let mut found = Vec::new();
    for list in batch::padded(&ids) {
        let these = Entity::find().filter(Column::UserId.is_in(list));
        found.extend(these.all(connection).await?.into_iter().map(decided));
    }
    Ok(found)
}

pub(super) async fn lock(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<(UserId, Preferences)>, Error> {
    let theirs = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .lock_exclusive();
    let found = theirs.all(connection).await?;
    Ok(found.into_iter().map(decided).collect())
}

pub(super) async fn keep(
    connection: &impl ConnectionTrait,
    user: UserId,
    choices: String,
    now: Timestamp,
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::UserId);
    replace.update_columns([Column::Choices, Column::ChangedAt]);
    let row = ActiveModel {
        user_id: Set(user.as_uuid()),
        choices: Set(choices),
        changed_at: Set(now.micros()),
    };
    Ok(batch::upsert(connection, [row], &replace).await?)
}

fn decided(row: Model) -> (UserId, Preferences) {
    (UserId::from_uuid(row.user_id), read(&row.choices))
}
