//! The table `secrets`: keys that are made at the first start and that all replicas share.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use shared_events::Timestamp;

pub(crate) mod entity {
    //! A row of `secrets`.
    use sea_orm::entity::prelude::*;

    /// `value` never prints.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "secrets")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) name: String,
        pub(crate) value: String,
        pub(crate) created_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("secrets::Model")
                .field("name", &self.name)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

/// The secret of this name.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<String>, DbErr> {
    let row = Entity::find_by_id(name).one(connection).await?;
    Ok(row.map(|row| row.value))
}

/// Keeps a secret, unless there is one of this name.
pub(crate) async fn keep_first(
    connection: &impl ConnectionTrait,
    name: &str,
    value: &str,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
        created_at: Set(now.micros()),
    };
    let leave = OnConflict::column(Column::Name)
        .do_nothing_on([Column::Name])
        .to_owned();
    batch::upsert(connection, [row], &leave).await
}
