//! The table `agents`: who delivers, and how many deliveries each has in hand.

use std::collections::BTreeMap;

use revcart_persistence::{Database, Error as DatabaseError, UnitOfWork, batch};
use sea_orm::sea_query::{CaseStatement, Expr, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, TransactionTrait,
};
use shared_events::{AgentId, Timestamp, UserId};
use uuid::Uuid;

use super::{Error, deliveries};
use crate::domain::agent::{Agent, Degrees, Location};
use crate::domain::zone::{self, Zone};

pub(crate) mod entity {
    //! A row of `agents`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agents")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub name: String,
        pub phone: String,
        pub zone: String,
        pub on_shift: bool,
        pub capacity: Option<i64>,
        pub load: i64,
        pub latitude: Option<i64>,
        pub longitude: Option<i64>,
        pub located_at: Option<i64>,
        pub locations: i64,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Adds agents.
///
/// # Errors
/// [`Error::LoginTaken`].
pub(crate) async fn insert(unit: &UnitOfWork, agents: &[Agent]) -> Result<(), Error> {
    let now = unit.now().micros();
    let rows = agents.iter().map(|agent| ActiveModel {
        id: Set(agent.id.as_uuid()),
        user_id: Set(agent.user_id.as_uuid()),
        load: Set(agent.load),
        latitude: Set(None),
        longitude: Set(None),
        located_at: Set(None),
        locations: Set(0),
        created_at: Set(now),
        ..changeable(agent, now)
    });
    Entity::insert_many(rows)
        .exec_without_returning(unit.sql())
        .await
        .map_err(login_taken)?;
    Ok(())
}

/// Replaces what an admin sets of the agent whose version was one less.
///
/// # Errors
/// [`Error::Changed`].
pub(crate) async fn update(unit: &UnitOfWork, agent: &Agent) -> Result<(), Error> {
    let updated = Entity::update_many()
        .set(changeable(agent, unit.now().micros()))
        .filter(Column::Id.eq(agent.id.as_uuid()))
        .filter(Column::Version.eq(agent.version - 1))
        .exec(unit.sql())
        .await?;
    if updated.rows_affected == 0 {
        return Err(Error::Changed);
    }
    Ok(())
}

/// Keeps where an agent has been seen, and counts it.
pub(crate) async fn locate(
    unit: &UnitOfWork,
    agent: AgentId,
    location: Location,
    sequence: i64,
) -> Result<(), Error> {
    let row = ActiveModel {
        latitude: Set(Some(location.latitude.millionths())),
        longitude: Set(Some(location.longitude.millionths())),
        located_at: Set(Some(location.at.micros())),
        locations: Set(sequence),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(agent.as_uuid()))
        .exec(unit.sql())
        .await?;
    Ok(())
}

/// Moves loads by so much, in one statement, relative to what they are by now: nobody's is moved above their capacity,
/// whoever else moves them at the same time.
///
/// # Errors
/// [`Error::Overbooked`]; the transaction is to be given up then.
pub(crate) async fn shift_loads(unit: &UnitOfWork, shifts: &[(AgentId, i64)]) -> Result<(), Error> {
    for list in shifts.chunks(batch::MOST_ROWS) {
        let padded = batch::padded(list).flatten();
        let (ids, by) = padded.fold(
            (Vec::new(), CaseStatement::new()),
            |(mut ids, by), (agent, shift)| {
                ids.push(agent.as_uuid());
                (ids, by.case(Column::Id.eq(agent.as_uuid()), shift))
            },
        );
        let by: SimpleExpr = by.finally(0).into();
        let moved: SimpleExpr = Expr::col(Column::Load).add(by.clone());
        let within_capacity = Condition::any()
            .add(Column::Capacity.is_null())
            .add(by.lte(0))
            .add(moved.clone().lte(Expr::col(Column::Capacity)));
        let updated = Entity::update_many()
            .col_expr(Column::Load, moved)
            .filter(Column::Id.is_in(ids))
            .filter(within_capacity)
            .exec(unit.sql())
            .await?;
        if updated.rows_affected != list.len() as u64 {
            return Err(Error::Overbooked);
        }
    }
    Ok(())
}

/// The agents of these zones who are on shift, locked in the order of their ids.
pub(crate) async fn lock_on_shift(unit: &UnitOfWork, zones: &[&Zone]) -> Result<Vec<Agent>, Error> {
    let zones: Vec<String> = zones.iter().map(ToString::to_string).collect();
    let mut agents = Vec::new();
    for list in batch::padded(&zones) {
        let rows = on_shift(list).lock_exclusive().all(unit.sql()).await?;
        for row in rows {
            agents.push(stored(row)?);
        }
    }
    Ok(agents)
}

/// The query of [`lock_on_shift`].
pub(super) fn on_shift(zones: Vec<String>) -> Select<Entity> {
    Entity::find()
        .filter(Column::Zone.is_in(zones))
        .filter(Column::OnShift.eq(true))
        .order_by_asc(Column::Id)
}

/// The zones in which somebody is free.
pub(crate) async fn zones_with_free_agents(database: &Database) -> Result<Vec<Zone>, Error> {
    let room = Condition::any()
        .add(Column::Capacity.is_null())
        .add(Expr::col(Column::Load).lt(Expr::col(Column::Capacity)));
    let zones: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Zone)
        .distinct()
        .filter(Column::OnShift.eq(true))
        .filter(room)
        .into_tuple()
        .all(database.read())
        .await?;
    zones
        .into_iter()
        .map(|name| zone(Uuid::nil(), &name))
        .collect()
}

/// The agent, locked, if there is one.
pub(crate) async fn lock(unit: &UnitOfWork, id: AgentId) -> Result<Option<Agent>, Error> {
    let row = Entity::find_by_id(id.as_uuid())
        .lock_exclusive()
        .one(unit.sql())
        .await?;
    row.map(stored).transpose()
}

/// The agent, if there is one.
pub(crate) async fn find(database: &Database, id: AgentId) -> Result<Option<Agent>, Error> {
    let row = Entity::find_by_id(id.as_uuid())
        .one(database.read())
        .await?;
    row.map(stored).transpose()
}

/// The agent whose login this is, if it is one's.
pub(crate) async fn find_by_login(
    database: &Database,
    login: UserId,
) -> Result<Option<Agent>, Error> {
    let row = by_login(login).one(database.read()).await?;
    row.map(stored).transpose()
}

/// The agent whose login this is, locked, if it is one's.
pub(crate) async fn lock_by_login(
    unit: &UnitOfWork,
    login: UserId,
) -> Result<Option<Agent>, Error> {
    let row = by_login(login).lock_exclusive().one(unit.sql()).await?;
    row.map(stored).transpose()
}

/// Where these agents were last seen, with how often they have said so.
pub(crate) async fn locations(
    database: &Database,
    agents: &[AgentId],
) -> Result<Vec<(AgentId, i64, Location)>, Error> {
    let ids: Vec<Uuid> = agents.iter().map(AgentId::as_uuid).collect();
    let mut seen = Vec::new();
    for list in batch::padded(&ids) {
        let rows = Entity::find().filter(Column::Id.is_in(list));
        for row in rows.all(database.read()).await? {
            let location = location(&row);
            seen.extend(location.map(|it| (AgentId::from_uuid(row.id), row.locations, it)));
        }
    }
    Ok(seen)
}

/// The query of [`find_by_login`].
pub(super) fn by_login(login: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(login.as_uuid()))
}

/// Agents in the order of their making, from after `after` on.
pub(crate) async fn page(
    database: &Database,
    after: Option<AgentId>,
    limit: u64,
) -> Result<Vec<Agent>, Error> {
    let mut select = Entity::find().order_by_asc(Column::Id).limit(limit);
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.as_uuid()));
    }
    let rows = select.all(database.read()).await?;
    rows.into_iter().map(stored).collect()
}

/// Each agent's load as the figure says, and as the deliveries in hand add up, from one snapshot.
pub(crate) async fn loads(database: &Database) -> Result<Vec<(AgentId, i64, i64)>, Error> {
    let snapshot = database.read().begin().await?;
    let figures: Vec<(Uuid, i64)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Load])
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(&snapshot)
        .await?;
    let counted: Vec<(Uuid, i64)> = deliveries::in_hand_query()
        .into_tuple()
        .all(&snapshot)
        .await?;
    snapshot.commit().await?;
    let counted: BTreeMap<Uuid, i64> = counted.into_iter().collect();
    let both = |(id, load)| {
        let in_hand = counted.get(&id).copied().unwrap_or_default();
        (AgentId::from_uuid(id), load, in_hand)
    };
    Ok(figures.into_iter().map(both).collect())
}

/// Whether there has ever been an agent.
pub(crate) async fn any(unit: &UnitOfWork) -> Result<bool, Error> {
    let found = Entity::find().limit(1).one(unit.sql()).await?;
    Ok(found.is_some())
}

/// The columns that an admin sets.
fn changeable(agent: &Agent, now: i64) -> ActiveModel {
    ActiveModel {
        name: Set(agent.name.clone()),
        phone: Set(agent.phone.clone()),
        zone: Set(agent.zone.to_string()),
        on_shift: Set(agent.on_shift),
        capacity: Set(agent.capacity.map(i64::from)),
        version: Set(agent.version),
        updated_at: Set(now),
        ..ActiveModel::default()
    }
}

fn stored(row: Model) -> Result<Agent, Error> {
    let capacity = row.capacity.map(u32::try_from).transpose();
    Ok(Agent {
        id: AgentId::from_uuid(row.id),
        user_id: UserId::from_uuid(row.user_id),
        zone: zone(row.id, &row.zone)?,
        capacity: capacity.map_err(|error| DatabaseError::corrupt("agents", row.id, error))?,
        location: location(&row),
        name: row.name,
        phone: row.phone,
        on_shift: row.on_shift,
        load: row.load,
        locations: row.locations,
        version: row.version,
    })
}

fn location(row: &Model) -> Option<Location> {
    Some(Location {
        latitude: Degrees::from_millionths(row.latitude?),
        longitude: Degrees::from_millionths(row.longitude?),
        at: Timestamp::from_micros(row.located_at?),
    })
}

fn zone(id: Uuid, name: &str) -> Result<Zone, Error> {
    let zone: Result<Zone, zone::Error> = name.parse();
    Ok(zone.map_err(|error| DatabaseError::corrupt("agents", id, error))?)
}

fn login_taken(error: DbErr) -> Error {
    let error = DatabaseError::from(error);
    if error.violates("agents_by_login", "agents.user_id") {
        Error::LoginTaken
    } else {
        Error::Database(error)
    }
}
