//! The drawing as the only row of the table `zone_map`.

use revcart_persistence::Error as DatabaseError;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Drawing;
use crate::store::Error;

pub(crate) mod entity {
    //! The row of `zone_map`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "zone_map")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub areas: String,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

const ONLY: i64 = 1;

pub(super) async fn load(connection: &impl ConnectionTrait) -> Result<Drawing, Error> {
    let Some(row) = Entity::find_by_id(ONLY).one(connection).await? else {
        return Ok(Drawing::default());
    };
    let areas = serde_json::from_str(&row.areas);
    Ok(Drawing {
        areas: areas.map_err(|error| DatabaseError::corrupt("zone_map", Uuid::nil(), error))?,
        version: row.version,
    })
}

pub(super) async fn save(tx: &impl ConnectionTrait, drawing: &Drawing) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(ONLY),
        areas: Set(serde_json::to_string(&drawing.areas).expect("zones are JSON")),
        version: Set(drawing.version),
    };
    let before = drawing.version - 1;
    if before == 0 {
        Entity::insert(row).exec_without_returning(tx).await?;
        return Ok(());
    }
    let updated = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(ONLY))
        .filter(Column::Version.eq(before))
        .exec(tx)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Error::Changed);
    }
    Ok(())
}
