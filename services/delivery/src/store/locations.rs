//! Where each agent was lately, a bounded number of places: a table or a collection, in `sql` and `documents`.

pub(in crate::store) mod documents;
pub(in crate::store) mod sql;

use std::time::Duration;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::{AgentId, Timestamp};

use super::Error;
use crate::domain::agent::Location;

/// What is remembered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// So many places of each agent.
    pub(crate) places: i64,
    /// For so long, on a server that forgets by age; a file goes by the number alone.
    pub(crate) age: Duration,
}

/// Adds a place, and forgets those that were too many places before it.
pub(crate) async fn append(
    unit: &UnitOfWork,
    agent: AgentId,
    place: (i64, Location),
    memory: Memory,
) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::append(tx, agent, place, memory.places).await,
        Work::Documents(documents) => documents::append(documents, agent, place, memory).await,
    }
}

/// Where the agent has been since then, the latest place first.
pub(crate) async fn since(
    database: &Database,
    agent: AgentId,
    then: Timestamp,
    limit: u64,
) -> Result<Vec<Location>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::since(connection, agent, then, limit).await,
        Reader::Documents(documents) => documents::since(documents, agent, then, limit).await,
    }
}
