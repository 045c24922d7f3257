//! The table `figures`: a row for each measure and currency of a bucket.

use std::collections::BTreeMap;

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use shared_events::Timestamp;

use super::{Error, Stretch};
use crate::domain::figures::{Figures, Sum};
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;
use crate::domain::tally::Place;
use crate::store::adding::plus_new;

pub(in crate::store) mod entity {
    //! A row of `figures`. What has no currency has an empty one: a key has no holes.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "figures")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub grain: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub start: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub measure: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub currency: String,
        pub count: i64,
        pub minor: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(super) async fn add(
    connection: &impl ConnectionTrait,
    sums: BTreeMap<Place, Sum>,
) -> Result<(), Error> {
    let rows = sums.into_iter().map(|(place, sum)| ActiveModel {
        grain: Set(place.grain.name().to_owned()),
        start: Set(place.start.micros()),
        measure: Set(place.measure.name().to_owned()),
        currency: Set(place.currency.map_or_else(String::new, |it| it.to_string())),
        count: Set(sum.count),
        minor: Set(sum.minor),
    });
    let key = [
        Column::Grain,
        Column::Start,
        Column::Measure,
        Column::Currency,
    ];
    let added = OnConflict::columns(key)
        .value(Column::Count, plus_new(Entity, Column::Count))
        .value(Column::Minor, plus_new(Entity, Column::Minor))
        .to_owned();
    Ok(batch::upsert(connection, rows, &added).await?)
}

pub(super) async fn read(
    connection: &impl ConnectionTrait,
    grain: Grain,
    stretches: &[Stretch],
) -> Result<BTreeMap<Timestamp, Figures>, Error> {
    let mut series: BTreeMap<Timestamp, Figures> = BTreeMap::new();
    for list in batch::padded(stretches) {
        for row in read_query(grain, &list).all(connection).await? {
            let figures = series.entry(Timestamp::from_micros(row.start)).or_default();
            add_row(figures, &row);
        }
    }
    Ok(series)
}

/// The query of [`read`]. The grain stands in every alternative: each is searched by itself.
pub(in crate::store) fn read_query(grain: Grain, stretches: &[Stretch]) -> Select<Entity> {
    let mut any = Condition::any();
    for (from, until) in stretches {
        let stretch = Condition::all()
            .add(Column::Grain.eq(grain.name()))
            .add(Column::Start.gte(from.micros()))
            .add(Column::Start.lt(until.micros()));
        any = any.add(stretch);
    }
    Entity::find().filter(any)
}

pub(super) async fn ever(connection: &impl ConnectionTrait) -> Result<Figures, Error> {
    let of_ever = Entity::find().filter(Column::Grain.eq(Grain::Ever.name()));
    let mut figures = Figures::default();
    for row in of_ever.all(connection).await? {
        add_row(&mut figures, &row);
    }
    Ok(figures)
}

/// A measure that this program does not know was counted by a later one, and is not shown.
fn add_row(figures: &mut Figures, row: &Model) {
    let sum = Sum {
        count: row.count,
        minor: row.minor,
    };
    if let Some(measure) = Measure::find(&row.measure) {
        figures.add(measure, row.currency.parse().ok(), sum);
    }
}

pub(super) async fn forget_minutes(
    connection: &impl ConnectionTrait,
    before: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    let Some(last) = old_minutes_query(before, most).all(connection).await?.pop() else {
        return Ok(0);
    };
    // Whole minutes only, so that what is left of one is never taken for all of it.
    let deleted = Entity::delete_many()
        .filter(Column::Grain.eq(Grain::Minute.name()))
        .filter(Column::Start.lte(last.start))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected)
}

/// The rows that [`forget_minutes`] is about, oldest first.
pub(in crate::store) fn old_minutes_query(before: Timestamp, most: u32) -> Select<Entity> {
    Entity::find()
        .filter(Column::Grain.eq(Grain::Minute.name()))
        .filter(Column::Start.lt(before.micros()))
        .order_by_asc(Column::Start)
        .limit(u64::from(most))
}
