//! The agents that a batch of work can be given to, with their loads: what a transaction sees and changes.
//!
//! It owns the choice (who is free, has the least to carry and is near) and the step from "who has this parcel" to loads: a load is
//! the number of deliveries in hand, so it moves by the difference between the state before and the state after.

use std::collections::BTreeMap;

use shared_events::AgentId;

use super::agent::Agent;
use super::delivery::State;
use super::place::Point;
use super::zone::Zone;

/// Agents by id, and how their loads and those of others have moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    agents: BTreeMap<AgentId, Agent>,
    shifts: BTreeMap<AgentId, i64>,
}

impl Roster {
    /// The free agent of this zone who has the least in hand; of several the one who was seen nearest to `near`; of those the
    /// one who has been an agent the longest. Who has not been seen is farther away than anybody.
    #[must_use]
    pub fn best(&self, zone: &Zone, near: Option<Point>) -> Option<&Agent> {
        let distance = |agent: &Agent| {
            let seen = agent.location.zip(near);
            seen.map_or(u64::MAX, |(location, near)| {
                location.point().metres_to(near)
            })
        };
        self.agents
            .values()
            .filter(|agent| agent.zone == *zone && agent.is_free())
            .min_by_key(|agent| (agent.load, distance(agent), agent.id))
    }

    /// This agent, if they are free.
    #[must_use]
    pub fn free(&self, id: AgentId) -> Option<&Agent> {
        self.agents.get(&id).filter(|agent| agent.is_free())
    }

    /// Moves the loads from who had a parcel `before` to who has it `after`.
    pub fn settle(&mut self, before: &State, after: &State) {
        if before.in_hand_of() == after.in_hand_of() {
            return;
        }
        for (agent, by) in [(before.in_hand_of(), -1), (after.in_hand_of(), 1)] {
            let Some(agent) = agent else { continue };
            *self.shifts.entry(agent).or_default() += by;
            if let Some(agent) = self.agents.get_mut(&agent) {
                agent.load += by;
            }
        }
    }

    /// How much each load has moved, of those that are different now.
    pub fn shifts(&self) -> impl Iterator<Item = (AgentId, i64)> {
        let moved = |(agent, by): (&AgentId, &i64)| (*by != 0).then_some((*agent, *by));
        self.shifts.iter().filter_map(moved)
    }
}

impl FromIterator<Agent> for Roster {
    fn from_iter<I: IntoIterator<Item = Agent>>(agents: I) -> Self {
        let by_id = |agent: Agent| (agent.id, agent);
        Self {
            agents: agents.into_iter().map(by_id).collect(),
            shifts: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests;
