//! Agents to try RevCart out with: three of them where most addresses lie, who take as much as comes.

use revcart_persistence::{Database, UnitOfWork};
use shared_events::{AgentId, UserId};

use crate::domain::agent::Agent;
use crate::domain::zone::Zone;
use crate::store::{Error, agents};

/// Name and telephone number of each. The first belongs to the demo's login.
const AGENTS: [(&str, &str); 3] = [
    ("Asha Demo", "+91 98200 00001"),
    ("Ravi Demo", "+91 98200 00002"),
    ("Meera Demo", "+91 98200 00003"),
];

/// Adds the agents, unless there has ever been one; returns whether it did. The first of them has the login `agent_login`.
///
/// # Errors
/// When the database cannot be written.
pub async fn seed(database: &Database, agent_login: UserId) -> Result<bool, Error> {
    let write = database.write(agent_login, |unit, login| Box::pin(fill(unit, *login)));
    match write.await {
        // Another replica was faster.
        Err(Error::LoginTaken) => Ok(false),
        seeded => seeded,
    }
}

async fn fill(unit: &mut UnitOfWork, login: UserId) -> Result<bool, Error> {
    if agents::any(unit).await? {
        return Ok(false);
    }
    let zone: Zone = "default".parse().expect("the demo's zone is a zone");
    let logins = std::iter::once(login).chain(std::iter::repeat_with(UserId::new));
    let people: Vec<Agent> = AGENTS
        .iter()
        .zip(logins)
        .map(|((name, phone), user_id)| Agent {
            id: AgentId::new(),
            user_id,
            name: (*name).to_owned(),
            phone: (*phone).to_owned(),
            zone: zone.clone(),
            on_shift: true,
            shifts: vec![],
            capacity: None,
            load: 0,
            location: None,
            locations: 0,
            version: 1,
        })
        .collect();
    agents::insert(unit, &people).await?;
    Ok(true)
}
