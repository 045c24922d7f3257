//! Agents as rows of the table `agents`.

use std::collections::BTreeMap;

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::sea_query::{CaseStatement, Expr, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DbErr,
    EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select, TransactionTrait,
};
use shared_events::{AgentId, Timestamp, UserId};
use uuid::Uuid;

use crate::domain::agent::{Agent, Location};
use crate::domain::place::Degrees;
use crate::domain::shift::Shift;
use crate::domain::zone::{self, Zone};
use crate::store::{Error, deliveries};

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
        pub shifts: String,
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
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    agents: &[Agent],
    now: Timestamp,
) -> Result<(), Error> {
    let now = now.micros();
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
        .exec_without_returning(tx)
        .await
        .map_err(|error| super::login_taken(error.into()))?;
    Ok(())
}

/// Replaces what an admin sets of the agent whose version was one less.
///
/// # Errors
/// [`Error::Changed`].
pub(super) async fn update(
    tx: &impl ConnectionTrait,
    agent: &Agent,
    now: Timestamp,
) -> Result<(), Error> {
    let updated = Entity::update_many()
        .set(changeable(agent, now.micros()))
        .filter(Column::Id.eq(agent.id.as_uuid()))
        .filter(Column::Version.eq(agent.version - 1))
        .exec(tx)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Error::Changed);
    }
    Ok(())
}

/// Keeps where an agent has been seen, and counts it.
pub(super) async fn locate(
    tx: &impl ConnectionTrait,
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
        .exec(tx)
        .await?;
    Ok(())
}

/// Moves loads by so much, in one statement, relative to what they are by now: nobody's is moved above their capacity,
/// whoever else moves them at the same time.
///
/// # Errors
/// [`Error::Overbooked`]; the transaction is to be given up then.
pub(super) async fn shift_loads(
    tx: &impl ConnectionTrait,
    shifts: &[(AgentId, i64)],
) -> Result<(), Error> {
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
            .exec(tx)
            .await
            .map_err(nothing_in_hand)?;
        if updated.rows_affected != list.len() as u64 {
            return Err(Error::Overbooked);
        }
    }
    Ok(())
}

/// The agents of these zones who are on shift, locked in the order of their ids.
pub(super) async fn lock_on_shift(
    tx: &impl ConnectionTrait,
    zones: &[&Zone],
) -> Result<Vec<Agent>, Error> {
    let zones: Vec<String> = zones.iter().map(ToString::to_string).collect();
    let mut agents = Vec::new();
    for list in batch::padded(&zones) {
        let rows = on_shift(list).lock_exclusive().all(tx).await?;
        for row in rows {
            agents.push(stored(row)?);
        }
    }
    Ok(agents)
}

/// The query of [`lock_on_shift`].
pub(in crate::store) fn on_shift(zones: Vec<String>) -> Select<Entity> {
    Entity::find()
        .filter(Column::Zone.is_in(zones))
        .filter(Column::OnShift.eq(true))
        .order_by_asc(Column::Id)
}

/// The zones in which somebody on duty has room, with the plans of those.
pub(super) async fn zones_with_room(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(Zone, Vec<Shift>)>, Error> {
    let room = Condition::any()
        .add(Column::Capacity.is_null())
        .add(Expr::col(Column::Load).lt(Expr::col(Column::Capacity)));
    let zones: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::Zone, Column::Shifts])
        .distinct()
        .filter(Column::OnShift.eq(true))
        .filter(room)
        .into_tuple()
        .all(connection)
        .await?;
    let with_plan = |(name, shifts): (String, String)| {
        Ok((zone(Uuid::nil(), &name)?, plan(Uuid::nil(), &shifts)?))
    };
    zones.into_iter().map(with_plan).collect()
}

/// Whether anybody is to work in this zone, on duty or not.
pub(super) async fn any_in(tx: &impl ConnectionTrait, zone: &Zone) -> Result<bool, Error> {
    Ok(in_zone(zone).one(tx).await?.is_some())
}

/// The query of [`any_in`].
pub(in crate::store) fn in_zone(zone: &Zone) -> Select<Entity> {
    Entity::find()
        .filter(Column::OnShift.is_in([false, true]))
        .filter(Column::Zone.eq(zone.as_str()))
        .limit(1)
}

/// The agent, locked, if there is one.
pub(super) async fn lock(tx: &impl ConnectionTrait, id: AgentId) -> Result<Option<Agent>, Error> {
    let row = Entity::find_by_id(id.as_uuid())
        .lock_exclusive()
        .one(tx)
        .await?;
    row.map(stored).transpose()
}

/// The agent, if there is one.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    id: AgentId,
) -> Result<Option<Agent>, Error> {
    let row = Entity::find_by_id(id.as_uuid()).one(connection).await?;
    row.map(stored).transpose()
}

/// The agent whose login this is, if it is one's.
pub(super) async fn find_by_login(
    connection: &impl ConnectionTrait,
    login: UserId,
) -> Result<Option<Agent>, Error> {
    let row = by_login(login).one(connection).await?;
    row.map(stored).transpose()
}

/// The agent whose login this is, locked, if it is one's.
pub(super) async fn lock_by_login(
    tx: &impl ConnectionTrait,
    login: UserId,
) -> Result<Option<Agent>, Error> {
    let row = by_login(login).lock_exclusive().one(tx).await?;
    row.map(stored).transpose()
}

/// Where these agents were last seen, with how often they have said so.
pub(super) async fn locations(
    connection: &impl ConnectionTrait,
    agents: &[AgentId],
) -> Result<Vec<(AgentId, i64, Location)>, Error> {
    let ids: Vec<Uuid> = agents.iter().map(AgentId::as_uuid).collect();
    let mut seen = Vec::new();
    for list in batch::padded(&ids) {
        let rows = Entity::find().filter(Column::Id.is_in(list));
        for row in rows.all(connection).await? {
            let location = location(&row);
            seen.extend(location.map(|it| (AgentId::from_uuid(row.id), row.locations, it)));
        }
    }
    Ok(seen)
}

/// The query of [`find_by_login`].
pub(in crate::store) fn by_login(login: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(login.as_uuid()))
}

/// Agents in the order of their making, from after `after` on.
pub(super) async fn page(
    connection: &impl ConnectionTrait,
    after: Option<AgentId>,
    limit: u64,
) -> Result<Vec<Agent>, Error> {
    let mut select = Entity::find().order_by_asc(Column::Id).limit(limit);
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.as_uuid()));
    }
    let rows = select.all(connection).await?;
    rows.into_iter().map(stored).collect()
}

/// Each agent's load as the figure says, and as the deliveries in hand add up, from one snapshot.
pub(super) async fn loads(
    connection: &DatabaseConnection,
) -> Result<Vec<(AgentId, i64, i64)>, Error> {
    let snapshot = connection.begin().await?;
    let figures: Vec<(Uuid, i64)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Load])
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(&snapshot)
        .await?;
    let counted: Vec<(Uuid, i64)> = deliveries::sql::in_hand_query()
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
pub(super) async fn any(tx: &impl ConnectionTrait) -> Result<bool, Error> {
    let found = Entity::find().limit(1).one(tx).await?;
    Ok(found.is_some())
}

/// The columns that an admin sets.
fn changeable(agent: &Agent, now: i64) -> ActiveModel {
    ActiveModel {
        name: Set(agent.name.clone()),
        phone: Set(agent.phone.clone()),
        zone: Set(agent.zone.to_string()),
        on_shift: Set(agent.on_shift),
        shifts: Set(serde_json::to_string(&agent.shifts).expect("a plan is JSON")),
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
        shifts: plan(row.id, &row.shifts)?,
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

fn plan(id: Uuid, json: &str) -> Result<Vec<Shift>, Error> {
    let plan = serde_json::from_str(json);
    Ok(plan.map_err(|error| DatabaseError::corrupt("agents", id, error))?)
}

fn zone(id: Uuid, name: &str) -> Result<Zone, Error> {
    let zone: Result<Zone, zone::Error> = name.parse();
    Ok(zone.map_err(|error| DatabaseError::corrupt("agents", id, error))?)
}

fn nothing_in_hand(error: DbErr) -> Error {
    let error = DatabaseError::from(error);
    if error.violates("agents_load_is_not_negative", "") {
        Error::NothingInHand
    } else {
        Error::Database(error)
    }
}
