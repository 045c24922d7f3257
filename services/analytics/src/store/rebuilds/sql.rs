//! The table `rebuilds`, of one row.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use shared_events::Timestamp;

use super::Error;
use crate::domain::grain::Grain;
use crate::domain::rebuild::{Rebuild, Window};

pub(in crate::store) mod entity {
    //! A row of `rebuilds`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rebuilds")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub requested_at: i64,
        pub from_time: i64,
        pub until_time: i64,
        pub next_grain: Option<String>,
        pub next_start: Option<i64>,
        pub corrected: i64,
        pub finished_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

const THE_ONE: i32 = 1;

pub(super) async fn load(connection: &impl ConnectionTrait) -> Result<Option<Rebuild>, Error> {
    let row = Entity::find_by_id(THE_ONE).one(connection).await?;
    Ok(row.map(Rebuild::from))
}

pub(super) async fn save(
    connection: &impl ConnectionTrait,
    rebuild: &Rebuild,
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(THE_ONE),
        requested_at: Set(rebuild.requested_at.micros()),
        from_time: Set(rebuild.from.micros()),
        until_time: Set(rebuild.until.micros()),
        next_grain: Set(rebuild.next.map(|next| next.grain.name().to_owned())),
        next_start: Set(rebuild.next.map(|next| next.start.micros())),
        corrected: Set(rebuild.corrected),
        finished_at: Set(rebuild.finished_at.map(Timestamp::micros)),
    };
    let replaced = OnConflict::column(Column::Id)
        .update_columns([
            Column::RequestedAt,
            Column::FromTime,
            Column::UntilTime,
            Column::NextGrain,
            Column::NextStart,
            Column::Corrected,
            Column::FinishedAt,
        ])
        .to_owned();
    revcart_persistence::batch::upsert(connection, [row], &replaced).await?;
    Ok(())
}

impl From<Model> for Rebuild {
    fn from(row: Model) -> Self {
        let grain = row.next_grain.as_deref().and_then(Grain::find);
        let next = grain.zip(row.next_start).map(|(grain, start)| Window {
            grain,
            start: Timestamp::from_micros(start),
        });
        Self {
            requested_at: Timestamp::from_micros(row.requested_at),
            from: Timestamp::from_micros(row.from_time),
            until: Timestamp::from_micros(row.until_time),
            next,
            corrected: row.corrected,
            finished_at: row.finished_at.map(Timestamp::from_micros),
        }
    }
}
