//! The table `signing_keys`.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

use super::Error;

pub(crate) mod entity {
    //! A row of `signing_keys`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_keys")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<String>, Error> {
    let found = Entity::find_by_id(name).one(connection).await?;
    Ok(found.map(|row| row.value))
}

pub(super) async fn keep_first(
    connection: &impl ConnectionTrait,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    // Writing the name over itself: the row that is there stays as it is, on every database.
    let mut leave = OnConflict::column(Column::Name);
    leave.update_column(Column::Name);
    let row = ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
    };
    Ok(batch::upsert(connection, [row], &leave).await?)
}
