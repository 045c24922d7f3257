//! Places as rows of the table `agent_locations`.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{AgentId, Timestamp};

use crate::domain::agent::Location;
use crate::domain::place::Degrees;
use crate::store::Error;

pub(crate) mod entity {
    //! A row of `agent_locations`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_locations")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agent_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub latitude: i64,
        pub longitude: i64,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

/// Adds a place, and forgets those that were `kept` places before it.
pub(super) async fn append(
    tx: &impl ConnectionTrait,
    agent: AgentId,
    (sequence, location): (i64, Location),
    kept: i64,
) -> Result<(), Error> {
    let row = ActiveModel {
        agent_id: Set(agent.as_uuid()),
        sequence: Set(sequence),
        latitude: Set(location.latitude.millionths()),
        longitude: Set(location.longitude.millionths()),
        at: Set(location.at.micros()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Entity::delete_many()
        .filter(Column::AgentId.eq(agent.as_uuid()))
        .filter(Column::Sequence.lte(sequence - kept))
        .exec(tx)
        .await?;
    Ok(())
}

/// Where the agent has been since then, the latest place first.
pub(super) async fn since(
    connection: &impl ConnectionTrait,
    agent: AgentId,
    then: Timestamp,
    limit: u64,
) -> Result<Vec<Location>, Error> {
    let rows = latest(agent, limit).all(connection).await?;
    let location = |row: entity::Model| Location {
        latitude: Degrees::from_millionths(row.latitude),
        longitude: Degrees::from_millionths(row.longitude),
        at: Timestamp::from_micros(row.at),
    };
    Ok(rows
        .into_iter()
        .map(location)
        .take_while(|location| location.at >= then)
        .collect())
}

/// The query of [`since`].
pub(in crate::store) fn latest(agent: AgentId, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::AgentId.eq(agent.as_uuid()))
        .order_by_desc(Column::Sequence)
        .limit(limit)
}
