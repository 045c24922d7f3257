//! The table `sightings`.

use std::collections::BTreeSet;

use revcart_persistence::batch;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Iden, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_events::{Timestamp, UserId};

use super::Error;
use crate::domain::cohorts;
use crate::domain::grain::Grain;
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

use entity::{Column, Entity, Model};

pub(super) async fn note(
    connection: &impl ConnectionTrait,
    sightings: &[Sighting],
) -> Result<Vec<Sighting>, Error> {
    let key = [Column::Day, Column::Measure, Column::Who];
    let mut new = Vec::new();
    for chunk in batch::chunks(sightings) {
        let mut insert = Query::insert();
        insert
            .into_table(Entity)
            .columns(key)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .returning(Query::returning().columns(key));
        for sighting in chunk {
            insert.values_panic([
                sighting.start.micros().into(),
                super::what(sighting.measure, sighting.grain).into(),
                sighting.who.as_str().into(),
            ]);
        }
        for row in connection.query_all(&insert).await? {
            new.extend(sighting(Model {
                day: row.try_get("", Column::Day.unquoted())?,
                measure: row.try_get("", Column::Measure.unquoted())?,
                who: row.try_get("", Column::Who.unquoted())?,
            }));
        }
    }
    Ok(new)
}

/// What this program does not count was noted by a later one.
fn sighting(row: Model) -> Option<Sighting> {
    let (measure, grain) = super::read_what(&row.measure)?;
    Some(Sighting {
        start: Timestamp::from_micros(row.day),
        measure,
        grain,
        who: row.who,
    })
}

pub(super) async fn of_users(
    connection: &impl ConnectionTrait,
    users: &[UserId],
    starts: &BTreeSet<(Grain, Timestamp)>,
) -> Result<Vec<Sighting>, Error> {
    let mut found = Vec::new();
    for users in batch::padded(users) {
        let rows = of_users_query(&users, starts).all(connection).await?;
        found.extend(rows.into_iter().filter_map(sighting));
    }
    Ok(found)
}

/// The query of [`of_users`]: every part of the key is named.
pub(in crate::store) fn of_users_query(
    users: &[UserId],
    starts: &BTreeSet<(Grain, Timestamp)>,
) -> Select<Entity> {
    let whats = cohorts::MEASURES
        .iter()
        .flat_map(|measure| cohorts::GRAINS.map(|grain| super::what(*measure, grain)));
    Entity::find()
        .filter(Column::Day.is_in(starts.iter().map(|(_, start)| start.micros())))
        .filter(Column::Measure.is_in(whats))
        .filter(Column::Who.is_in(users.iter().map(ToString::to_string)))
}

pub(super) async fn clear(
    connection: &impl ConnectionTrait,
    grain: Grain,
    start: Timestamp,
) -> Result<(), Error> {
    Entity::delete_many()
        .filter(Column::Day.eq(start.micros()))
        .filter(Column::Measure.is_in(super::all_whats(grain)))
        .exec(connection)
        .await?;
    Ok(())
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
