//! Who brings parcels: where and when they work, how much they can carry, where they were last seen.

use shared_events::{AgentId, Timestamp, UserId};

use super::place::{Degrees, Point};
use super::shift::{LocalTime, Shift, works};
use super::zone::Zone;

/// A person who delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Their identity as an agent.
    pub id: AgentId,
    /// Their login; a login is one agent at the most.
    pub user_id: UserId,
    /// Their name, as shoppers see it.
    pub name: String,
    /// Their telephone number.
    pub phone: String,
    /// Where they work.
    pub zone: Zone,
    /// Whether they are on duty: the switch that they and admins have. What they have in hand they keep.
    pub on_shift: bool,
    /// When they work, if on duty; always, if it is empty.
    pub shifts: Vec<Shift>,
    /// How many deliveries they take at a time; none for as many as come.
    pub capacity: Option<u32>,
    /// Deliveries in hand.
    pub load: i64,
    /// Where they were last seen.
    pub location: Option<Location>,
    /// How often they have said where they are.
    pub locations: i64,
    /// Raised by every change of the fields that an admin sets, from 1.
    pub version: i64,
}

impl Agent {
    /// Whether they take new deliveries now: on duty, and within a shift of their plan.
    #[must_use]
    pub fn is_working(&self, now: LocalTime) -> bool {
        self.on_shift && works(&self.shifts, now)
    }

    /// Whether they can take one more while they work.
    #[must_use]
    pub fn is_free(&self) -> bool {
        let room = |capacity: u32| self.load < i64::from(capacity);
        self.on_shift && self.capacity.is_none_or(room)
    }
}

/// Where somebody was, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// Degrees north.
    pub latitude: Degrees,
    /// Degrees east.
    pub longitude: Degrees,
    /// When they were there.
    pub at: Timestamp,
}

impl Location {
    /// Where, whenever that was.
    #[must_use]
    pub fn point(self) -> Point {
        Point {
            latitude: self.latitude,
            longitude: self.longitude,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(on_shift: bool, capacity: Option<u32>, load: i64) -> Agent {
        Agent {
            id: AgentId::new(),
            user_id: UserId::new(),
            name: "Asha".to_owned(),
            phone: "0".to_owned(),
            zone: "default".parse().unwrap(),
            on_shift,
            shifts: vec![],
            capacity,
            load,
            location: None,
            locations: 0,
            version: 1,
        }
    }

    #[test]
    fn an_agent_is_free_on_shift_and_below_capacity() {
        assert!(agent(true, None, 10_000).is_free());
        assert!(agent(true, Some(2), 1).is_free());
        assert!(!agent(true, Some(2), 2).is_free());
        assert!(!agent(true, Some(0), 0).is_free());
        assert!(!agent(false, None, 0).is_free());
    }
}
