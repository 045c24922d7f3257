//! Who brings parcels: where and when they work, how much they can carry, where they were last seen.

use shared_events::{AgentId, Timestamp, UserId};

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
    /// Whether they take new deliveries now. What they have in hand they keep.
    pub on_shift: bool,
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
    /// Whether they can take one more.
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

/// An angle in millionths of a degree, which is 11 cm on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Degrees(i64);

impl Degrees {
    const MILLIONTHS: f64 = 1_000_000.0;

    /// The angle, as stored.
    #[must_use]
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// For storing it.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The nearest angle to this one in degrees.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "angles are checked to be within a circle before; beyond it the cast saturates"
    )]
    pub fn from_degrees(degrees: f64) -> Self {
        Self((degrees * Self::MILLIONTHS).round() as i64)
    }

    /// In degrees.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "the millionths of a circle are far fewer than a double can tell apart"
    )]
    pub fn degrees(self) -> f64 {
        self.0 as f64 / Self::MILLIONTHS
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

    #[test]
    fn an_angle_survives_being_stored() {
        for degrees in [0.0, 18.520_43, -73.856_744, 180.0, -90.0] {
            let angle = Degrees::from_degrees(degrees);
            let stored = Degrees::from_millionths(angle.millionths());
            assert!((stored.degrees() - degrees).abs() < 1e-6, "{degrees}");
        }
    }
}
