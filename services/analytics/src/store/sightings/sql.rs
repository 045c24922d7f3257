//! The table `sightings`.

use revcart_persistence::batch;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Iden, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::Timestamp;

use super::Error;
use crate::domain::measure::Measure;
use crate::domain::tally::Sighting;

pub(in crate::store) mod entity {
    //! A row of `sightings`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sightings")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub measure: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub who: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity};

pub(super) async fn note(
    connection: &impl ConnectionTrait,
    sightings: &[Sighting],
) -> Result<Vec<(Timestamp, Measure)>, Error> {
    let key = [Column::Day, Column::Measure, Column::Who];
    let mut new = Vec::new();
    for chunk in batch::chunks(sightings) {
        let mut insert = Query::insert();
        insert
            .into_table(Entity)
            .columns(key)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .returning(Query::returning().columns([Column::Day, Column::Measure]));
        for sighting in chunk {
            insert.values_panic([
                sighting.day.micros().into(),
                sighting.measure.name().into(),
                sighting.who.as_str().into(),
            ]);
        }
        for row in connection.query_all(&insert).await? {
            let day: i64 = row.try_get("", Column::Day.unquoted())?;
            let measure: String = row.try_get("", Column::Measure.unquoted())?;
            let measure = Measure::find(&measure).map(|it| (Timestamp::from_micros(day), it));
            new.extend(measure);
        }
    }
    Ok(new)
}

pub(super) async fn forget(
    connection: &impl ConnectionTrait,
    day: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    let old = old_query(day, most).all(connection).await?;
    let alike = old.chunk_by(|a, b| (a.day, &a.measure) == (b.day, &b.measure));
    let Some(last) = alike.into_iter().next().and_then(<[_]>::last) else {
        return Ok(0);
    };
    let deleted = Entity::delete_many()
        .filter(Column::Day.eq(last.day))
        .filter(Column::Measure.eq(&last.measure))
        .filter(Column::Who.lte(&last.who))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected)
}

/// The rows that [`forget`] is about, in the order of the key.
pub(in crate::store) fn old_query(day: Timestamp, most: u32) -> Select<Entity> {
    Entity::find()
        .filter(Column::Day.lt(day.micros()))
        .order_by_asc(Column::Day)
        .order_by_asc(Column::Measure)
        .order_by_asc(Column::Who)
        .limit(u64::from(most))
}
