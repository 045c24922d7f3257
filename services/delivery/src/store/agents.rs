//! Who delivers, and how many deliveries each has in hand: a table or a collection, in `sql` and `documents`.

pub(in crate::store) mod documents;
pub(in crate::store) mod sql;

use revcart_persistence::{Database, Error as DatabaseError, Reader, UnitOfWork, Work};
use shared_events::{AgentId, UserId};

use super::Error;
use crate::domain::agent::{Agent, Location};
use crate::domain::shift::Shift;
use crate::domain::zone::Zone;

/// Adds agents, who have not been anywhere yet.
///
/// # Errors
/// [`Error::LoginTaken`].
pub(crate) async fn insert(unit: &UnitOfWork, agents: &[Agent]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::insert(tx, agents, unit.now()).await,
        Work::Documents(documents) => documents::insert(documents, agents, unit.now()).await,
    }
}

/// Replaces what an admin sets of the agent whose version was one less.
///
/// # Errors
/// [`Error::Changed`].
pub(crate) async fn update(unit: &UnitOfWork, agent: &Agent) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::update(tx, agent, unit.now()).await,
        Work::Documents(documents) => documents::update(documents, agent, unit.now()).await,
    }
}

/// Keeps where an agent has been seen, and counts it.
pub(crate) async fn locate(
    unit: &UnitOfWork,
    agent: AgentId,
    location: Location,
    sequence: i64,
) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::locate(tx, agent, location, sequence).await,
        Work::Documents(documents) => documents::locate(documents, agent, location, sequence).await,
    }
}

/// Moves loads by so much, relative to what they are by now: nobody's is moved above their capacity, whoever else moves them
/// at the same time.
///
/// # Errors
/// [`Error::Overbooked`], [`Error::NothingInHand`]; the transaction is to be given up then.
pub(crate) async fn shift_loads(unit: &UnitOfWork, shifts: &[(AgentId, i64)]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::shift_loads(tx, shifts).await,
        Work::Documents(documents) => documents::shift_loads(documents, shifts).await,
    }
}

/// The agents of these zones who are on shift, locked in the order of their ids.
pub(crate) async fn lock_on_shift(unit: &UnitOfWork, zones: &[&Zone]) -> Result<Vec<Agent>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::lock_on_shift(tx, zones).await,
        Work::Documents(documents) => documents::on_shift(documents, zones).await,
    }
}

/// The zones in which somebody on duty has room, with the plans of those: a zone comes once for each plan.
pub(crate) async fn zones_with_room(database: &Database) -> Result<Vec<(Zone, Vec<Shift>)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::zones_with_room(connection).await,
        Reader::Documents(documents) => documents::zones_with_room(documents).await,
    }
}

/// Whether anybody is to work in this zone, on duty or not.
pub(crate) async fn any_in(unit: &UnitOfWork, zone: &Zone) -> Result<bool, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::any_in(tx, zone).await,
        Work::Documents(documents) => documents::any_in(documents, zone).await,
    }
}

/// The agent, locked, if there is one.
pub(crate) async fn lock(unit: &UnitOfWork, id: AgentId) -> Result<Option<Agent>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::lock(tx, id).await,
        Work::Documents(documents) => documents::find(documents, id).await,
    }
}

/// The agent, if there is one.
pub(crate) async fn find(database: &Database, id: AgentId) -> Result<Option<Agent>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::find(connection, id).await,
        Reader::Documents(documents) => documents::find(documents, id).await,
    }
}

/// The agent whose login this is, if it is one's.
pub(crate) async fn find_by_login(
    database: &Database,
    login: UserId,
) -> Result<Option<Agent>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::find_by_login(connection, login).await,
        Reader::Documents(documents) => documents::find_by_login(documents, login).await,
    }
}

/// The agent whose login this is, locked, if it is one's.
pub(crate) async fn lock_by_login(
    unit: &UnitOfWork,
    login: UserId,
) -> Result<Option<Agent>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::lock_by_login(tx, login).await,
        Work::Documents(documents) => documents::find_by_login(documents, login).await,
    }
}

/// Where these agents were last seen, with how often they have said so.
pub(crate) async fn locations(
    database: &Database,
    agents: &[AgentId],
) -> Result<Vec<(AgentId, i64, Location)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::locations(connection, agents).await,
        Reader::Documents(documents) => documents::locations(documents, agents).await,
    }
}

/// Agents in the order of their making, from after `after` on.
pub(crate) async fn page(
    database: &Database,
    after: Option<AgentId>,
    limit: u64,
) -> Result<Vec<Agent>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::page(connection, after, limit).await,
        Reader::Documents(documents) => documents::page(documents, after, limit).await,
    }
}

/// Each agent's load as the figure says, and as the deliveries in hand add up, from one snapshot.
pub(crate) async fn loads(database: &Database) -> Result<Vec<(AgentId, i64, i64)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::loads(connection).await,
        Reader::Documents(documents) => documents::loads(documents).await,
    }
}

/// Whether there has ever been an agent.
pub(crate) async fn any(unit: &UnitOfWork) -> Result<bool, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::any(tx).await,
        Work::Documents(documents) => documents::any(documents).await,
    }
}

fn login_taken(error: DatabaseError) -> Error {
    if error.violates("agents_by_login", "agents.user_id") {
        Error::LoginTaken
    } else {
        Error::Database(error)
    }
}
