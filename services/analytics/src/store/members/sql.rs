//! The table `members`.

use revcart_persistence::batch;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use shared_events::{Timestamp, UserId};

use super::Error;
use crate::domain::cohorts::Members;

pub(in crate::store) mod entity {
    //! A row of `members`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "members")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub registered_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

pub(super) async fn insert(
    connection: &impl ConnectionTrait,
    members: &Members,
) -> Result<(), Error> {
    let rows = members.iter().map(|(user, registered_at)| ActiveModel {
        user_id: Set(user.as_uuid()),
        registered_at: Set(registered_at.micros()),
    });
    Ok(batch::insert(connection, rows).await?)
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<Members, Error> {
    let mut members = Members::new();
    for list in batch::padded(users) {
        let ids = list.iter().map(UserId::as_uuid);
        let found = Entity::find().filter(Column::UserId.is_in(ids));
        members.extend(found.all(connection).await?.into_iter().map(|row| {
            let user = UserId::from_uuid(row.user_id);
            (user, Timestamp::from_micros(row.registered_at))
        }));
    }
    Ok(members)
}
