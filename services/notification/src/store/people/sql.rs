//! The table `people`.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
};
use shared_events::{Role, UserId};
use uuid::Uuid;

use super::{Error, MOST_ADMINS};
use crate::domain::Person;

pub(crate) mod entity {
    //! A row of `people`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "people")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub email: String,
        pub name: String,
        pub role: Option<String>,
        pub version: i64,
        pub phone: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    ids: &[UserId],
) -> Result<Vec<Person>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(UserId::as_uuid).collect();
    let mut found = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        found.extend(
            Entity::find()
                .filter(Column::UserId.is_in(list))
                .all(connection)
                .await?,
        );
    }
    Ok(found.into_iter().map(Person::from).collect())
}

pub(super) async fn admins(connection: &impl ConnectionTrait) -> Result<Vec<Person>, Error> {
    let found = admins_query().all(connection).await?;
    Ok(found.into_iter().map(Person::from).collect())
}

pub(in crate::store) fn admins_query() -> Select<Entity> {
    Entity::find()
        .filter(Column::Role.eq(Role::Admin.as_str()))
        .limit(u64::from(MOST_ADMINS))
}

pub(super) async fn keep(
    connection: &impl ConnectionTrait,
    people: &[Person],
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::UserId);
    replace.update_columns([
        Column::Email,
        Column::Name,
        Column::Role,
        Column::Version,
        Column::Phone,
    ]);
    let rows = people.iter().map(|person| ActiveModel {
        user_id: Set(person.user_id.as_uuid()),
        email: Set(person.email.clone()),
        name: Set(person.name.clone()),
        role: Set(person.role.map(|role| role.as_str().to_owned())),
        version: Set(i64::from(person.version)),
        phone: Set(person.phone.clone()),
    });
    Ok(batch::upsert(connection, rows, &replace).await?)
}

impl From<Model> for Person {
    fn from(row: Model) -> Self {
        Self {
            user_id: UserId::from_uuid(row.user_id),
            email: row.email,
            name: row.name,
            phone: row.phone,
            role: row.role.and_then(|role| role.parse().ok()),
            version: u32::try_from(row.version).unwrap_or(0),
        }
    }
}
