//! The table `cohorts`.

use std::collections::BTreeMap;

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};
use shared_events::Timestamp;

use super::{Asked, Error};
use crate::domain::cohorts::Cell;
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;
use crate::store::adding::plus_new;

pub(in crate::store) mod entity {
    //! A row of `cohorts`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "cohorts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub grain: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub measure: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub cohort: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub period: i64,
        pub users: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(super) async fn add(
    connection: &impl ConnectionTrait,
    cells: &BTreeMap<Cell, i64>,
) -> Result<(), Error> {
    let rows = cells.iter().map(|(cell, users)| ActiveModel {
        grain: Set(cell.grain.name().to_owned()),
        measure: Set(cell.measure.name().to_owned()),
        cohort: Set(cell.cohort.micros()),
        period: Set(cell.period.micros()),
        users: Set(*users),
    });
    let key = [
        Column::Grain,
        Column::Measure,
        Column::Cohort,
        Column::Period,
    ];
    let added = OnConflict::columns(key)
        .value(Column::Users, plus_new(Entity, Column::Users))
        .to_owned();
    Ok(batch::upsert(connection, rows, &added).await?)
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    asked: &Asked,
) -> Result<Vec<(Cell, i64)>, Error> {
    let rows = find_query(asked).all(connection).await?;
    Ok(rows.iter().filter_map(cell).collect())
}

/// The query of [`find`].
pub(in crate::store) fn find_query(asked: &Asked) -> Select<Entity> {
    Entity::find()
        .filter(Column::Grain.eq(asked.grain.name()))
        .filter(Column::Measure.eq(asked.measure.name()))
        .filter(Column::Cohort.gte(asked.from.micros()))
        .filter(Column::Cohort.lt(asked.until.micros()))
        .filter(Column::Period.lt(asked.before.micros()))
}

pub(super) async fn of_period(
    connection: &impl ConnectionTrait,
    grain: Grain,
    period: Timestamp,
) -> Result<Vec<(Cell, i64)>, Error> {
    let rows = of_period_query(grain, period).all(connection).await?;
    Ok(rows.iter().filter_map(cell).collect())
}

/// The query of [`of_period`].
pub(in crate::store) fn of_period_query(grain: Grain, period: Timestamp) -> Select<Entity> {
    Entity::find()
        .filter(Column::Grain.eq(grain.name()))
        .filter(Column::Period.eq(period.micros()))
}

pub(super) async fn clear(
    connection: &impl ConnectionTrait,
    grain: Grain,
    period: Timestamp,
) -> Result<(), Error> {
    Entity::delete_many()
        .filter(Column::Grain.eq(grain.name()))
        .filter(Column::Period.eq(period.micros()))
        .exec(connection)
        .await?;
    Ok(())
}

fn cell(row: &Model) -> Option<(Cell, i64)> {
    let cell = Cell {
        grain: Grain::find(&row.grain)?,
        measure: Measure::find(&row.measure)?,
        cohort: Timestamp::from_micros(row.cohort),
        period: Timestamp::from_micros(row.period),
    };
    Some((cell, row.users))
}
